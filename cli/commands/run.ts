import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page, Project, Spec, SpecSummary, StartedRun } from '@specwright/protocol/api.ts';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { parseSpecMarkdown } from '@specwright/protocol/spec-markdown.ts';
import type { ApiClient } from '../client/api-client.ts';
import { followRun } from '../client/follow-run.ts';
import { reachServer, runningServer } from '../client/reach.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { locateDataDirectory, openDataDirectory } from '../local/data-directory.ts';
import { type Embedded, startEmbedded } from '../local/embedded.ts';
import { endOnSignal } from '../local/end-on-signal.ts';
import { portOf, requireGit } from '../local/requirements.ts';
import { isFree } from '../local/server.ts';
import { liveView } from '../terminal/live-view.ts';
import { totalsOf } from '../terminal/run-lines.ts';

interface RunOptions {
  repo: string;
  follow: boolean;
  json?: boolean;
  dataDir?: string;
  server?: string;
}

/** Runs a spec file on a repository. Exit code: 0 completed, 1 failed or stopped, 2 wrong usage. */
export async function run(specFile: string, options: RunOptions): Promise<void> {
  requireGit();
  const markdown = readSpec(specFile);
  const { client, embedded } = await reachOrServe(options);
  const stopEmbedded = async () => embedded?.stop();
  if (embedded) endOnSignal(embedded.stop, { code: EXIT.failed, say: (line) => process.stderr.write(`${line}\n`) });
  try {
    const runId = await startSpec(client, markdown, repositoryOf(options.repo));
    if (runId === null) return sayAllComplete(options);
    if (!options.follow) return void process.stdout.write(options.json ? `${JSON.stringify({ runId })}\n` : `${runId}\n`);
    const state = await follow(client, runId, options.json === true);
    process.exitCode = state?.status === 'completed' ? EXIT.ok : EXIT.failed;
  } finally {
    await stopEmbedded();
  }
}

function readSpec(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`The spec ${file} can't be read: give the path of a Markdown file.`, EXIT.usage);
  }
  const parsed = parseSpecMarkdown(text);
  if (parsed.ok) return text;
  const problems = parsed.problems.map((problem) => `${file}:${problem.line}: ${problem.message}`);
  throw new CommandError(`${problems.join('\n')}\nThe format: docs/spec-format.md`, EXIT.usage);
}

async function reachOrServe(options: RunOptions): Promise<{ client: ApiClient; embedded: Embedded | null }> {
  const data = locateDataDirectory(options.dataDir);
  // A data directory that is named means the server on it, or an embedded one.
  const client = options.dataDir === undefined || options.server ? reachServer(data, options.server) : runningServer(data);
  if (client !== null) return { client, embedded: null };
  if (!options.follow) throw new CommandError('--no-follow needs a running server: start one with npm start.', EXIT.usage);
  const opened = openDataDirectory(options.dataDir);
  const embedded = await startEmbedded(opened, { port: await freePort(), say: (line) => process.stderr.write(`${line}\n`) });
  return { client: embedded.client, embedded };
}

async function freePort(): Promise<number> {
  const first = portOf(undefined, 8787);
  for (let port = first; port < first + 100; port++) if (await isFree(port)) return port;
  throw new CommandError(`No port from ${first} to ${first + 99} is free: set SPECWRIGHT_PORT.`);
}

function repositoryOf(repo: string): Repository {
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(repo) || /^[^/]+@[^/]+:/.test(repo);
  return isUrl ? { kind: 'url', url: repo, defaultBranch: null } : { kind: 'path', path: resolve(repo), defaultBranch: null };
}

/** Finds or makes project and spec, and starts the run; null when every chunk was done already. */
async function startSpec(client: ApiClient, markdown: string, repository: Repository): Promise<string | null> {
  const project =
    (await findProject(client, repository)) ?? (await client.post<Project>('/api/projects', { name: nameOf(repository), repository }));
  const specId =
    (await findSpec(client, project.id, markdown)) ??
    (await client.post<Spec>(`/api/projects/${project.id}/specs/import`, { markdown })).id;
  const started = await client.post<StartedRun>(`/api/specs/${specId}/runs`);
  return started.runId;
}

async function findProject(client: ApiClient, repository: Repository): Promise<Project | undefined> {
  const place = (of: Repository) => (of.kind === 'path' ? of.path : of.url);
  const { items } = await client.get<Page<Project>>('/api/projects?limit=100');
  return items.find(
    (project) => !project.archivedAt && project.repository.kind === repository.kind && place(project.repository) === place(repository),
  );
}

/** The spec that this very file made before: running the file again goes on with it. */
async function findSpec(client: ApiClient, projectId: string, markdown: string): Promise<string | undefined> {
  const { items } = await client.get<Page<SpecSummary>>(`/api/projects/${projectId}/specs?limit=100`);
  for (const spec of items) if ((await client.text(`/api/specs/${spec.id}/export`)) === markdown) return spec.id;
  return undefined;
}

function nameOf(repository: Repository): string {
  const place = repository.kind === 'path' ? repository.path : repository.url;
  return (place.replace(/\/+$/, '').split(/[/:]/).pop() ?? place).replace(/\.git$/, '').slice(0, 120) || 'Repository';
}

async function follow(client: ApiClient, runId: string, json: boolean): Promise<RunState | null> {
  if (json) return followRun(client, runId, { onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`) }, interrupted());
  const view = liveView(process.stdout);
  const state = await followRun(client, runId, view, interrupted());
  view.end();
  if (state) process.stdout.write(`\n${totalsOf(state)}\n`);
  else process.stdout.write('\nThe run goes on; see it in the dashboard or with: npx specwright status\n');
  return state;
}

/** Ctrl+C ends the following. With an embedded server the run rests with it and goes on at the next start. */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

function sayAllComplete(options: RunOptions): void {
  process.stdout.write(options.json ? `${JSON.stringify({ allComplete: true })}\n` : 'Every chunk of this spec is done already.\n');
}
