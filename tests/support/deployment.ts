import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { LocalLink, Project, RunView, Spec, StartedRun } from '@specwright/protocol/api.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { type ApiClient, apiClient } from '../../cli/client/api-client.ts';
import { followRun } from '../../cli/client/follow-run.ts';
import { ROOT } from '../../scripts/run-step.ts';

/** `npm start` as a process of its own, on a data directory and port of its own. */
export interface Deployment {
  client: ApiClient;
  dataDir: string;
  port: number;
  process: ChildProcess;
  output(): string;
  stop(): Promise<void>;
  /** kill -9 of the server's process (its runner stays behind, as after a crash). */
  killServer(): Promise<void>;
  /** kill -9 of the runner's process; the server starts another. */
  killRunner(): number;
  runnerPid(): number;
  workerdPid(): number;
}

/** Durations of a deployment under test: a twentieth and less of the real ones. */
export const QUICK: Record<string, string> = {
  SPECWRIGHT_SERVER_LEASE_MS: '1500',
  // The tests' own load must hold no machine back.
  SPECWRIGHT_MAX_LOAD: '0',
};

export async function deploy(
  dataDir: string,
  options: { port?: number; env?: Record<string, string>; args?: string[] } = {},
): Promise<Deployment> {
  const port = options.port ?? (await freePort());
  const args = [
    join(ROOT, 'bin', 'specwright.mjs'),
    'start',
    '--port',
    String(port),
    '--data-dir',
    dataDir,
    ...(options.args ?? ['--no-demo']),
  ];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...QUICK, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await serving(child, () => output);
  const pidIn = (file: string) => Number(readFileSync(join(dataDir, file), 'utf8'));
  return {
    client: apiClient(`http://127.0.0.1:${port}`, readFileSync(join(dataDir, 'owner-credential'), 'utf8').trim()),
    dataDir,
    port,
    process: child,
    output: () => output,
    runnerPid: () => pidIn('runner.pid'),
    workerdPid: () => pidIn('workerd.pid'),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
    killServer: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    killRunner: () => {
      const pid = pidIn('runner.pid');
      process.kill(pid, 'SIGKILL');
      return pid;
    },
  };
}

function serving(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((done, failed) => {
    const look = () => {
      if (output().includes('Serving.') || output().includes('The demo:')) done();
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => failed(new Error(`the server ended with exit code ${code} before it served:\n${output()}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

/** Makes a project on a folder and a spec in it. */
export async function makeSpec(client: ApiClient, path: string, markdown: string): Promise<Spec> {
  const project = await client.post<Project>('/api/projects', { name: 'Test', repository: { kind: 'path', path, defaultBranch: null } });
  return client.post<Spec>(`/api/projects/${project.id}/specs/import`, { markdown });
}

export async function startRun(client: ApiClient, specId: string, body: unknown = {}): Promise<string> {
  const started = await client.post<StartedRun>(`/api/specs/${specId}/runs`, body);
  if (!started.runId) throw new Error('nothing was started');
  return started.runId;
}

export async function stateOf(client: ApiClient, runId: string): Promise<RunState> {
  return (await client.get<RunView>(`/api/runs/${runId}`)).state;
}

/** Follows a run until a state or event answers true; answers the state then. */
export async function until(
  client: ApiClient,
  runId: string,
  reached: (state: RunState, event: StoredEvent | null) => boolean,
): Promise<RunState> {
  const controller = new AbortController();
  let found: RunState | null = null;
  let events: StoredEvent[] = [];
  const last = await followRun(
    client,
    runId,
    {
      onEvent: (event) => events.push(event),
      onState: (state) => {
        if (!found && (reached(state, null) || events.some((event) => reached(state, event)))) {
          found = state;
          controller.abort();
        }
        events = [];
      },
    },
    controller.signal,
  );
  if (found) return found;
  throw new Error(`the run rests as ${last?.status} (${last?.reason?.message}) and never reached what was awaited`);
}

/** Follows a run until it rests. */
export async function untilRest(client: ApiClient, runId: string): Promise<RunState> {
  return until(client, runId, (state) => isAtRest(state));
}

/** Every event of a run, from the first. */
export async function eventsOf(client: ApiClient, runId: string): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for (;;) {
    const { items } = await client.get<{ items: StoredEvent[] }>(`/api/runs/${runId}/events?after=${all.length}&limit=1000`);
    if (items.length === 0) return all;
    all.push(...items);
  }
}

export async function signInLink(client: ApiClient): Promise<string> {
  const link = await client.post<LocalLink>('/api/local/links');
  return `${client.url}/sign-in#token=${link.token}`;
}
