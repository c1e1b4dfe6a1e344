import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Project, Spec, StartedRun } from '@specwright/protocol/api.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { DataDirectory } from './data-directory.ts';

/** The file whose presence says that the demo was made: a second start doesn't make another. */
const MADE = 'made';

export function demoWasMade(data: DataDirectory): boolean {
  return existsSync(join(data.demo, MADE));
}

/** Makes the demo: a repository with a bare origin, a project, a spec; starts its run and answers the run's id. */
export async function runDemo(data: DataDirectory, client: ApiClient): Promise<string> {
  const { demoStory } = await import('@specwright/runner/demo/story.ts');
  const path = makeDemoRepository(data, demoStory.files);
  const project = await client.post<Project>('/api/projects', { name: 'Demo', repository: { kind: 'path', path, defaultBranch: null } });
  const spec = await client.post<Spec>(`/api/projects/${project.id}/specs/import`, { markdown: demoStory.specMarkdown });
  writeFileSync(join(data.demo, MADE), `${spec.id}\n`);
  const started = await client.post<StartedRun>(`/api/specs/${spec.id}/runs`);
  if (!started.runId) throw new Error('the demo spec has nothing to run');
  return started.runId;
}

function makeDemoRepository(data: DataDirectory, files: Record<string, string>): string {
  const origin = join(data.demo, 'origin.git');
  const project = join(data.demo, 'project');
  if (existsSync(join(project, '.git'))) return project;
  mkdirSync(project, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Specwright demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false', ...args], {
      cwd,
      stdio: 'pipe',
    });
  git(data.demo, 'init', '--quiet', '--bare', '--initial-branch=main', origin);
  git(project, 'init', '--quiet', '--initial-branch=main');
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--message', 'The beginning of the demo project');
  git(project, 'remote', 'add', 'origin', origin);
  git(project, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return project;
}
