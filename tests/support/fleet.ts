import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project, Runner, Spec } from '@specwright/protocol/api.ts';
import type { RegisteredRunner } from '@specwright/protocol/runners-api.ts';
import { type ApiClient, apiClient } from '../../cli/client/api-client.ts';
import { buildWhenStale } from '../../cli/local/build.ts';
import { openDataDirectory } from '../../cli/local/data-directory.ts';
import { migrateWhenStale } from '../../cli/local/migrate.ts';
import { startServer } from '../../cli/local/server.ts';
import { openKeyPair } from '../../runner/identity/key-pair.ts';
import { writeRegistration } from '../../runner/identity/runner-file.ts';
import { linkOf } from '../../runner/links/link-of.ts';
import { addLink } from '../../runner/links/links-file.ts';
import { ROOT } from '../../scripts/run-step.ts';
import { freePort } from './deployment.ts';
import { temporaryFolder } from './repository.ts';

/** A server without a runner of its own, and as many machines beside it as a test asks for. */
export interface Fleet {
  client: ApiClient;
  folder: string;
  machine(name: string, options?: MachineOptions): Promise<Machine>;
  /** kill -9 of every machine, so that the next test has its own alone. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export interface MachineOptions {
  slots?: number;
  /** Where it finds the server, when not at its own address. */
  server?: string;
  env?: Record<string, string>;
  /** What its owner links; left out: it serves every repository, as an embedded server's does. */
  links?: string[];
}

export interface Machine {
  runnerId: string;
  dataDir: string;
  pid: number;
  /** Names of the worktrees that stand on it. */
  worktrees(): string[];
  signal(name: NodeJS.Signals): void;
  /** kill -9, and nothing starts it again. */
  kill(): Promise<void>;
  /** SIGTERM: it hands back what it holds. */
  stop(): Promise<void>;
  /** The same machine in a new process. */
  again(): Promise<Machine>;
  log(): string;
}

/** A tenth of the real durations; what waits for the server itself is given time, for the machine may be busy. */
export const QUICK_SERVER = {
  LEASE_MS: '2500',
  CLOSED_LEASE_MS: '1000',
  RETRY_CLAIM_MS: '500',
  VISIBILITY_MS: '2000',
  ASK_AGAIN_MS: '3000',
};
const QUICK_RUNNER = {
  SPECWRIGHT_TIME_SCALE: '10',
  // A busy machine answers late, and a bell that is opened anew all the time says little.
  SPECWRIGHT_DOORBELL_PONG_WITHIN_MS: '2000',
  SPECWRIGHT_REQUEST_TIMEOUT_MS: '5000',
  // A branch is published before its run may rest, unless that takes long: a machine that is killed then publishes when it is back.
  SPECWRIGHT_PUBLISH_WAIT_MS: '5000',
  SPECWRIGHT_KILL_GRACE_MS: '100',
  // The tests' own load must hold no machine back.
  SPECWRIGHT_MAX_LOAD: '0',
  SPECWRIGHT_MIN_FREE_MEMORY_MB: '0',
  SPECWRIGHT_MIN_FREE_DISK_MB: '0',
};

export async function startFleet(name: string, server: Record<string, string> = QUICK_SERVER): Promise<Fleet> {
  const folder = temporaryFolder(name);
  const data = openDataDirectory(join(folder, 'data'));
  for (const [key, value] of Object.entries(server)) process.env[`SPECWRIGHT_SERVER_${key}`] = value;
  const { buildId } = await buildWhenStale(() => {});
  await migrateWhenStale(data);
  const started = await startServer(data, { port: await freePort(), buildId });
  const client = apiClient(started.url, readFileSync(data.credentialFile, 'utf8').trim());
  const machines: Machine[] = [];
  const machine = async (its: string, options: MachineOptions = {}) => {
    const dataDir = join(folder, its);
    const known = existsSync(dataDir);
    mkdirSync(dataDir, { recursive: true });
    const body = { name: its, publicKey: openKeyPair(dataDir).publicKey, anyRepository: true };
    const { runnerId } = await client.post<RegisteredRunner>('/api/local/runners', body);
    const organisation = options.links ? { id: 'org', name: 'Org' } : null;
    writeRegistration(dataDir, { server: options.server ?? started.url, runnerId, name: its, organisation });
    for (const link of options.links ?? []) addLink(dataDir, await linkOf(link));
    const made = await startMachine(dataDir, runnerId, { ...options, again: () => machine(its, options) });
    if (!known) await online(client, runnerId);
    machines.push(made);
    return made;
  };
  const clear = async () => {
    await Promise.all(machines.splice(0).map((one) => one.kill()));
  };
  return {
    client,
    folder,
    machine,
    clear,
    async stop() {
      await clear();
      await started.stop();
    },
  };
}

async function online(client: ApiClient, runnerId: string): Promise<void> {
  const until = performance.now() + 10_000;
  while (!(await client.get<Runner>(`/api/runners/${runnerId}`)).online) {
    if (performance.now() > until) throw new Error('the machine did not come online');
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function startMachine(
  dataDir: string,
  runnerId: string,
  { slots = 3, env, again }: MachineOptions & { again(): Promise<Machine> },
): Promise<Machine> {
  const args = [join(ROOT, 'runner', 'main.ts'), '--data-dir', dataDir, '--slots', String(slots)];
  const child = spawn(process.execPath, args, { env: { ...process.env, ...QUICK_RUNNER, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const note = (data: Buffer) => {
    log += data;
  };
  child.stderr.on('data', note);
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await ready(child, () => log);
  const worktrees = join(dataDir, 'worktrees');
  const end = async (signal: NodeJS.Signals) => {
    child.kill('SIGCONT');
    child.kill(signal);
    await exited;
  };
  return {
    runnerId,
    dataDir,
    pid: child.pid ?? 0,
    worktrees: () => (existsSync(worktrees) ? readdirSync(worktrees) : []),
    signal: (name) => void child.kill(name),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: () => (child.exitCode === null && child.signalCode === null ? end('SIGTERM') : exited),
    again,
    log: () => log,
  };
}

function ready(child: ChildProcess, log: () => string): Promise<void> {
  return new Promise((done, failed) => {
    child.stdout?.on('data', (data) => String(data).includes('"ready":true') && done());
    child.once('exit', (code) => failed(new Error(`the runner ended with exit code ${code} before it was announced:\n${log()}`)));
  });
}

/** A project on a folder or an address. */
export function makeProject(client: ApiClient, repository: string, name = 'Test'): Promise<Project> {
  const given = /^[a-z]+:\/\//.test(repository) ? { kind: 'url', url: repository } : { kind: 'path', path: repository };
  return client.post<Project>('/api/projects', { name, repository: { ...given, defaultBranch: null } });
}

export function importSpec(client: ApiClient, projectId: string, markdown: string): Promise<Spec> {
  return client.post<Spec>(`/api/projects/${projectId}/specs/import`, { markdown });
}
