import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page, Project, Spec, SpecSummary, StartedRun } from '@specwright/protocol/api.ts';
import { writeWhole } from '@specwright/runner/identity/write-whole.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { DataDirectory } from './data-directory.ts';

/** The file whose presence says that the demo was made: a second start doesn't make another. */
const MADE = 'made';

export function demoWasMade(data: DataDirectory): boolean {
  return existsSync(join(data.demo, MADE));
}

/**
 * Makes the demo: a repository with a bare origin, a project, a spec; starts its run and answers the run's id. What a start that was
 * cut off has made already is gone on with.
 */
export async function runDemo(data: DataDirectory, client: ApiClient): Promise<string> {
  const { demoStory } = await import('@specwright/runner/demo/story.ts');
  const path = makeDemoRepository(data.demo, demoStory.files);
  const project = await demoProject(client, path);
  const specs = await client.get<Page<SpecSummary>>(`/api/projects/${project.id}/specs`);
  const spec =
    specs.items.at(-1) ?? (await client.post<Spec>(`/api/projects/${project.id}/specs/import`, { markdown: demoStory.specMarkdown }));
  const runId = (await client.post<StartedRun>(`/api/specs/${spec.id}/runs`)).runId ?? (await latestRun(client, spec.id));
  if (!runId) throw new Error('the demo spec has nothing to run');
  writeWhole(join(data.demo, MADE), `${spec.id}\n`);
  return runId;
}

async function demoProject(client: ApiClient, path: string): Promise<Project> {
  const { items } = await client.get<Page<Project>>('/api/projects?limit=100');
  const made = items.find(({ repository }) => repository.kind === 'path' && repository.path === path);
  return made ?? client.post<Project>('/api/projects', { name: 'Demo', repository: { kind: 'path', path, defaultBranch: null } });
}

async function latestRun(client: ApiClient, specId: string): Promise<string | null> {
  const { items } = await client.get<Page<{ id: string }>>(`/api/runs?specId=${specId}&limit=1`);
  return items[0]?.id ?? null;
}

/** Whole or not at all: made beside, then renamed, so that one that was cut off is begun anew. Answers its path. */
export function makeDemoRepository(folder: string, files: Record<string, string>): string {
  const [origin, project, draft] = ['origin.git', 'project', 'project.new'].map((name) => join(folder, name)) as [string, string, string];
  if (existsSync(join(project, '.git'))) return project;
  for (const left of [origin, draft]) rmSync(left, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(draft, name)), { recursive: true });
    writeFileSync(join(draft, name), text);
  }
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Specwright demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false', ...args], {
      cwd,
      stdio: 'pipe',
    });
  git(folder, 'init', '--quiet', '--bare', '--initial-branch=main', origin);
  git(draft, 'init', '--quiet', '--initial-branch=main');
  git(draft, 'add', '--all');
  git(draft, 'commit', '--quiet', '--message', 'The beginning of the demo project');
  git(draft, 'remote', 'add', 'origin', origin);
  git(draft, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  renameSync(draft, project);
  return project;
}
