import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ROOT } from '../scripts/run-step.ts';
import { eventsOf, startRun, stateOf, until } from './support/deployment.ts';
import { chunksIn, expectWhole } from './support/expect-whole.ts';
import { type Fleet, importSpec, type Machine, makeProject, startFleet } from './support/fleet.ts';
import { makeRepository, specOf, type TestRepository, temporaryFolder } from './support/repository.ts';
import { startTcpProxy } from './support/tcp-proxy.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet('failover');
});
afterEach(() => fleet.clear());
afterAll(() => fleet?.stop());

interface Held {
  repository: TestRepository;
  runId: string;
  /** Lets the agents that wait end. */
  go(): void;
}

/** A run of two chunks, its first agent at work on the only machine there is, waiting for a word. */
async function heldRun(name: string): Promise<Held> {
  const folder = temporaryFolder(name);
  const [began, go] = [join(folder, 'began'), join(folder, 'go')];
  const repository = makeRepository(folder, { one: { do: [{ touch: began, write: { 'one.txt': 'one\n' }, waitFor: go }] } });
  const project = await makeProject(fleet.client, repository.path, name);
  const spec = await importSpec(fleet.client, project.id, specOf(name, { one: [], two: ['one'] }));
  const runId = await startRun(fleet.client, spec.id);
  await vi.waitUntil(() => existsSync(began), { timeout: 10_000, interval: 20 });
  return { repository, runId, go: () => writeFileSync(go, '') };
}

const grants = async (runId: string) => (await eventsOf(fleet.client, runId)).filter((event) => event.kind === 'lease_granted');
const lapsed = (runId: string) => until(fleet.client, runId, (state, event) => event?.kind === 'lease_lapsed' || isAtRest(state));
const takenBy = (runId: string, machine: Machine) =>
  until(fleet.client, runId, (state) => state.lease?.state === 'held' && state.lease.runnerId === machine.runnerId);

test('kill -9 of a machine with three runs: another one finishes all three, nothing twice', async () => {
  const first = await fleet.machine('killed', { slots: 3 });
  const runs = [await heldRun('k1'), await heldRun('k2'), await heldRun('k3')];
  await first.kill();
  for (const run of runs) run.go();
  const second = await fleet.machine('heir', { slots: 3 });
  for (const { repository, runId } of runs) {
    const state = await expectWhole(fleet.client, repository, runId);
    expect(state.items[0]?.attempts.map((attempt) => attempt.result)).toEqual(['lost', 'passed']);
    expect((await grants(runId)).map((event) => event.runnerId)).toEqual([first.runnerId, second.runnerId]);
  }
});

test('a machine that slept past its lease finds its run taken: what it says late counts nothing, its worktree goes', async () => {
  const sleeper = await fleet.machine('sleeper');
  const { repository, runId, go } = await heldRun('asleep');
  expect(sleeper.worktrees()).toHaveLength(1);
  sleeper.signal('SIGSTOP');
  await lapsed(runId);
  const heir = await fleet.machine('awake');
  await takenBy(runId, heir);
  go();
  // Both have an agent that is done: only the heir may promote.
  sleeper.signal('SIGCONT');
  await expectWhole(fleet.client, repository, runId);
  await vi.waitUntil(() => sleeper.worktrees().length === 0, { timeout: 10_000 });
  expect(chunksIn(repository, (await stateOf(fleet.client, runId)).branch, runId)).toHaveLength(2);
});

describe('the network between machine and server is cut', () => {
  async function behindWire(name: string) {
    const wire = await startTcpProxy(fleet.client.url);
    const machine = await fleet.machine(name, { server: wire.url });
    return { wire, machine, ...(await heldRun(name)) };
  }

  test('for less than its lease: the work goes on, and what happened arrives once, in order', async () => {
    const { wire, machine, repository, runId, go } = await behindWire('short cut');
    wire.cut();
    go();
    await vi.waitUntil(() => machineSaw(machine, 'promote'), { timeout: 10_000 });
    wire.mend();
    await expectWhole(fleet.client, repository, runId);
    expect(new Set((await grants(runId)).map((event) => event.fence)).size).toBe(1);
    await wire.close();
  });

  test('for longer, with nobody else there: the lease lapses and comes back, no attempt is spent', async () => {
    const { wire, repository, runId, go } = await behindWire('long cut');
    wire.cut();
    go();
    await lapsed(runId);
    wire.mend();
    const state = await expectWhole(fleet.client, repository, runId);
    expect(state.items.map((item) => item.attempts.map((attempt) => attempt.result))).toEqual([['passed'], ['passed']]);
    expect((await grants(runId)).map((event) => [event.fence, event.revived])).toEqual([
      [1, false],
      [1, true],
    ]);
    await wire.close();
  });

  test('for longer, and another one took the run: nothing is doubled', async () => {
    const { wire, machine, repository, runId, go } = await behindWire('lost cut');
    wire.cut();
    await lapsed(runId);
    const heir = await fleet.machine('taker');
    await takenBy(runId, heir);
    go();
    wire.mend();
    await expectWhole(fleet.client, repository, runId);
    await vi.waitUntil(() => machine.worktrees().length === 0, { timeout: 10_000 });
    await wire.close();
  });
});

function machineSaw(machine: Machine, text: string): boolean {
  const file = join(machine.dataDir, 'status.json');
  return existsSync(file) && readFileSync(file, 'utf8').includes(text);
}

test.each([3_600_000, -3_600_000])(
  'a machine whose clock is wrong by %d ms works as any other, and its time is told nowhere',
  async (shift) => {
    const shim = pathToFileURL(join(ROOT, 'tests', 'support', 'shifted-clock.mjs')).href;
    await fleet.machine(`clock ${shift}`, { env: { NODE_OPTIONS: `--import=${shim}`, SHIFT_MS: String(shift) } });
    const before = Date.now();
    const { repository, runId, go } = await heldRun(`clock ${shift}`);
    go();
    await expectWhole(fleet.client, repository, runId);
    for (const { at } of await eventsOf(fleet.client, runId)) expect(Math.abs(at - before)).toBeLessThan(60_000);
  },
);

describe('a machine that is gone for good leaves its work to another, which has neither its files nor its folder', () => {
  /** The first chunk passed; of the second a draft exists that its review sent back; the machine dies while it mends it. */
  async function givenUp(name: string, place: (repository: TestRepository, folder: string) => string) {
    const folder = temporaryFolder(name);
    const began = join(folder, 'began');
    const two = { do: [{ write: { 'two.txt': 'draft' } }, { touch: began, append: { 'two.txt': ', polished' }, waitMs: 400 }] };
    const script = { two: { ...two, review: [{ verdict: 'needs_fix' }, {}] } };
    const repository = makeRepository(folder, script);
    const address = place(repository, folder);
    const first = await fleet.machine(`${name} gone`, { links: [address] });
    const project = await makeProject(fleet.client, address, name);
    const spec = await importSpec(fleet.client, project.id, specOf(name, { one: [], two: ['one'] }));
    const runId = await startRun(fleet.client, spec.id);
    await vi.waitUntil(() => existsSync(began), { timeout: 15_000, interval: 20 });
    await first.kill();
    return { address, folder, repository, runId };
  }

  const gitIn = (path: string) => ({
    git: (...args: string[]) => execFileSync('git', args, { cwd: path, encoding: 'utf8', stdio: 'pipe' }).trim(),
  });

  async function expectTakenOver(there: Pick<TestRepository, 'git'>, runId: string) {
    const { branch } = await expectWhole(fleet.client, there, runId);
    expect(there.git('show', `${branch}:two.txt`)).toBe('draft, polished');
    expect(there.git('show', `${branch}:one.txt`)).toBe('one');
  }

  test('by a remote: the branch, and beside it the files of the attempt that did not pass, which go when it has passed', async () => {
    const { address, folder, runId } = await givenUp('by remote', (repository, its) => {
      repository.git('clone', '--quiet', '--bare', '.', join(its, 'remote.git'));
      return pathToFileURL(join(its, 'remote.git')).href;
    });
    const remote = gitIn(join(folder, 'remote.git'));
    expect(remote.git('for-each-ref', '--format=%(refname)', 'refs/specwright')).toBe(`refs/specwright/${runId}`);
    await fleet.machine('by remote heir', { links: [address] });
    await expectTakenOver(remote, runId);
    expect(remote.git('for-each-ref', 'refs/specwright')).toBe('');
  });

  test('by a bundle on the server, where the project is a folder of each machine', async () => {
    const { address, folder, repository, runId } = await givenUp('by bundle', ({ path }) => path);
    // The same folder on another machine: what was published in the first one's is not there.
    renameSync(address, join(folder, 'away'));
    execFileSync('git', ['clone', '--quiet', '--single-branch', '--branch', 'main', join(folder, 'away'), address]);
    await fleet.machine('by bundle heir', { links: [address] });
    await expectTakenOver(repository, runId);
  });
});
