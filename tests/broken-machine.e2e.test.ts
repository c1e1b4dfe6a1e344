import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import type { WorkersPage } from '@specwright/protocol/workers-api.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { eventsOf, startRun } from './support/deployment.ts';
import { expectWhole } from './support/expect-whole.ts';
import { type Fleet, importSpec, type Machine, makeProject, startFleet } from './support/fleet.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet('broken');
});
afterEach(() => fleet.clear());
afterAll(() => fleet?.stop());

/** A machine whose disk is full as long as a file is there: its git says so, as git does. */
async function machineWithDisk(name: string, full: string): Promise<Machine> {
  const bin = join(temporaryFolder(name), 'bin');
  mkdirSync(bin);
  const rest = (process.env.PATH ?? '').replace(/'/g, '');
  const script = `#!/bin/sh
if [ -e '${full}' ]; then echo 'fatal: sha1 file write error: No space left on device' >&2; exit 128; fi
PATH='${rest}' exec git "$@"
`;
  writeFileSync(join(bin, 'git'), script);
  chmodSync(join(bin, 'git'), 0o755);
  return fleet.machine(name, { env: { PATH: `${bin}:${rest}` } });
}

/** A run whose agent fills the disk in its first attempt. */
async function fillingRun(name: string, full: string) {
  const folder = temporaryFolder(name);
  const first = { write: { 'one.txt': 'one\n' } };
  const repository = makeRepository(folder, { one: { do: [{ ...first, touch: full }, first] } });
  const project = await makeProject(fleet.client, repository.path, name);
  const spec = await importSpec(fleet.client, project.id, specOf(name, { one: [], two: ['one'] }));
  return { repository, runId: await startRun(fleet.client, spec.id) };
}

const faultsOf = async ({ runnerId }: Machine) =>
  (await fleet.client.get<RunnerInfo>(`/api/runners/${runnerId}`)).faults.map(({ kind }) => kind);
const leases = async (runId: string) =>
  (await eventsOf(fleet.client, runId)).flatMap((event) => (event.kind === 'lease_granted' ? [event.runnerId] : []));

test('a run whose machine has no disk left finishes on another, and no attempt is spent', async () => {
  const full = join(temporaryFolder('disk'), 'full');
  const broken = await machineWithDisk('full-disk', full);
  const { repository, runId } = await fillingRun('moves on', full);
  await vi.waitUntil(() => existsSync(full), { timeout: 15_000 });
  const other = await fleet.machine('enough-disk');
  const state = await expectWhole(fleet.client, repository, runId);
  expect(await leases(runId)).toEqual([broken.runnerId, other.runnerId]);
  expect(state.items.map((item) => item.spent)).toEqual([1, 1]);
  expect([await faultsOf(broken), await faultsOf(other)]).toEqual([['disk'], []]);
});

test('with no other machine it waits, says why, and goes on by itself once a person says that it is mended', async () => {
  const full = join(temporaryFolder('disk'), 'full');
  const broken = await machineWithDisk('only', full);
  const { repository, runId } = await fillingRun('waits', full);
  const why = async () => (await fleet.client.get<WorkersPage>('/api/workers')).items.find((item) => item.id === runId)?.wait?.message;
  await vi.waitUntil(async () => (await why())?.startsWith('only cannot do it: '), { timeout: 15_000 });
  expect(await why()).toBe('only cannot do it: The disk of this machine is full.');
  rmSync(full);
  // It answers nothing, which this client takes for no JSON.
  await fleet.client.post(`/api/runners/${broken.runnerId}/check`).catch(() => undefined);
  await expectWhole(fleet.client, repository, runId);
  expect(await leases(runId)).toEqual([broken.runnerId, broken.runnerId]);
});
