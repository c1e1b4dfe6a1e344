import { join } from 'node:path';
import type { Spec } from '@specwright/protocol/api.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { WorkersPage } from '@specwright/protocol/workers-api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Deployment, deploy, eventsOf, makeSpec, startRun, until, untilRest } from './support/deployment.ts';
import { commandAgents, makeRepository, specOf, type TestRepository, temporaryFolder } from './support/repository.ts';

const STEPS = ['execute', 'verify', 'review', 'promote'] as const;
const CHUNKS = { first: [], second: ['first'], third: ['second'] };

/** One for all: what was killed in it before must not matter to the next. */
let deployment: Deployment;
const dataDir = join(temporaryFolder('crash'), 'data');

beforeAll(async () => {
  deployment = await deploy(dataDir);
});

afterAll(() => deployment?.stop());

/** A run whose every step takes long enough to be killed in. */
async function slowRun(name: string): Promise<{ repository: TestRepository; runId: string }> {
  const folder = temporaryFolder(name);
  const script = Object.fromEntries(
    Object.keys(CHUNKS).map((key) => [key, { do: [{ waitMs: 150, write: { [`${key}.txt`]: `${key}\n` } }], review: [{ waitMs: 150 }] }]),
  );
  const config = commandAgents(join(folder, 'script.json'), 'checks:\n  - name: there\n    command: sleep 0.15\n');
  const repository = makeRepository(folder, script, { config });
  const spec = await makeSpec(deployment.client, repository.path, specOf('Killed', CHUNKS));
  return { repository, runId: await startRun(deployment.client, spec.id) };
}

function inStepOfSecond(step: string) {
  return (state: RunState, event: StoredEvent | null) =>
    event?.kind === 'step_started' && event.step === step && state.items.find((item) => item.id === event.chunkId)?.key === 'second';
}

/** A project in which one spec works at a time, with two specs: the second waits for the slot of the first. */
async function twoForOneSlot(): Promise<{ repository: TestRepository; runIds: string[] }> {
  const repository = makeRepository(temporaryFolder('slot'), { '*': { do: [{ waitMs: 150, append: { 'log.txt': 'x\n' } }] } });
  const { client } = deployment;
  const first = await makeSpec(client, repository.path, specOf('First', { one: [] }));
  const second = await client.post<Spec>(`/api/projects/${first.projectId}/specs/import`, { markdown: specOf('Second', { two: [] }) });
  await patch(`/api/projects/${first.projectId}`, { settings: { maxActive: 1 } });
  return { repository, runIds: [await startRun(client, first.id), await startRun(client, second.id)] };
}

async function patch(path: string, body: unknown): Promise<void> {
  const { url, credential } = deployment.client;
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'PATCH', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

/** When a run was worked on. */
async function worked(runId: string): Promise<{ from: number; to: number }> {
  const events = await eventsOf(deployment.client, runId);
  const at = (kind: StoredEvent['kind']) => events.filter((event) => event.kind === kind).map((event) => event.at);
  return { from: Math.min(...at('lease_granted')), to: Math.max(...at('run_completed')) };
}

/** What must be true however often parts died: all passed, one commit a chunk, a log without a gap. */
async function expectWhole(repository: TestRepository, runId: string): Promise<void> {
  const state = await untilRest(deployment.client, runId);
  expect(state.reason?.message ?? '').toBe('');
  expect(state.status).toBe('completed');
  expect(repository.subjects(state.branch)).toHaveLength(3);
  expect(repository.git('ls-tree', '--name-only', state.branch).split('\n')).toEqual(
    expect.arrayContaining(['first.txt', 'second.txt', 'third.txt']),
  );
  const events = await eventsOf(deployment.client, runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
  const completed = events.filter((event) => event.kind === 'chunk_completed').map((event) => event.chunkId);
  expect(new Set(completed).size).toBe(completed.length);
  expect(completed).toHaveLength(3);
  expect(repository.git('status', '--porcelain')).toBe('');
}

describe.each(STEPS)('kill -9 in the step %s', (step) => {
  test('of the runner: the run goes on by itself', async () => {
    const { repository, runId } = await slowRun(`runner-${step}`);
    await until(deployment.client, runId, inStepOfSecond(step));
    deployment.killRunner();
    await expectWhole(repository, runId);
  });

  test('of the server and its runner: the run goes on after the next start', async () => {
    const { repository, runId } = await slowRun(`server-${step}`);
    await until(deployment.client, runId, inStepOfSecond(step));
    await deployment.killServer();
    deployment = await deploy(dataDir, { port: deployment.port });
    await expectWhole(repository, runId);
  });

  test('of workerd alone: it is started again and the runner reconnects', async () => {
    const { repository, runId } = await slowRun(`workerd-${step}`);
    await until(deployment.client, runId, inStepOfSecond(step));
    process.kill(deployment.workerdPid(), 'SIGKILL');
    await expectWhole(repository, runId);
  });
});

test('kill -9 of the server while a slot goes from one run to the next: none is lost, none doubled', async () => {
  const { repository, runIds } = await twoForOneSlot();
  await until(deployment.client, runIds[0] ?? '', (_state, event) => event?.kind === 'run_completed');
  await deployment.killServer();
  deployment = await deploy(dataDir, { port: deployment.port });
  for (const runId of runIds) {
    const state = await untilRest(deployment.client, runId);
    expect([state.status, repository.subjects(state.branch).length]).toEqual(['completed', 1]);
  }
  const [first, second] = await Promise.all(runIds.map(worked));
  expect(second?.from).toBeGreaterThanOrEqual(first?.to ?? 0);
  await expect.poll(async () => (await deployment.client.get<WorkersPage>('/api/workers')).active, { timeout: 10_000 }).toBe(0);
});
