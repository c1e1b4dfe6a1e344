import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { eventsOf, startRun, stateOf } from './support/deployment.ts';
import { expectWhole } from './support/expect-whole.ts';
import { type Fleet, importSpec, type Machine, makeProject, QUICK_SERVER, startFleet } from './support/fleet.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

let fleet: Fleet;

beforeAll(async () => {
  // A lease that nobody hands back stands for a minute: what goes on sooner was handed back.
  fleet = await startFleet('drain', { ...QUICK_SERVER, LEASE_MS: '60000', CLOSED_LEASE_MS: '60000' });
});
afterEach(() => fleet.clear());
afterAll(() => fleet?.stop());

async function change({ runnerId }: Machine, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${fleet.client.credential}`, 'content-type': 'application/json' };
  const answer = await fetch(`${fleet.client.url}/api/runners/${runnerId}`, { method: 'PATCH', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}
const holder = async (runId: string) => (await stateOf(fleet.client, runId)).lease?.runnerId;

/** A run in whose first chunk the agent waits for a file. */
async function heldRun(name: string, others: string[]) {
  const folder = temporaryFolder(name);
  const [began, go] = [join(folder, 'began'), join(folder, 'go')];
  const script = { one: { do: [{ touch: began, write: { 'one.txt': 'one\n' }, waitFor: go }] } };
  const repository = makeRepository(folder, script);
  const project = await makeProject(fleet.client, repository.path, name);
  const chunks = Object.fromEntries(['one', ...others].map((key, at, all) => [key, at === 0 ? [] : [all[at - 1] as string]]));
  const start = async (title: string) => startRun(fleet.client, (await importSpec(fleet.client, project.id, specOf(title, chunks))).id);
  const runId = await start(name);
  await vi.waitUntil(() => existsSync(began), { timeout: 15_000 });
  return { repository, runId, start, go: () => writeFileSync(go, '') };
}

test('a drained machine finishes its attempt, hands the run to another, and takes work again when that is lifted', async () => {
  const drained = await fleet.machine('drained');
  const { repository, runId, start, go } = await heldRun('moved', ['two', 'three']);
  const other = await fleet.machine('other');
  await change(drained, { draining: true });
  await vi.waitUntil(async () => (await fleet.client.get<RunnerInfo>(`/api/runners/${drained.runnerId}`)).status === 'draining');
  go();
  const state = await expectWhole(fleet.client, repository, runId);
  const events = await eventsOf(fleet.client, runId);
  const leases = events.flatMap((event) => (event.kind === 'lease_granted' ? [event.runnerId] : []));
  expect(leases).toEqual([drained.runnerId, other.runnerId]);
  expect(events.some((event) => event.kind === 'lease_lapsed')).toBe(false);
  const passed = state.items.flatMap((item) => item.attempts).filter((attempt) => attempt.result === 'passed');
  expect(passed.map((attempt) => attempt.fence)).toEqual([1, 2, 2]);
  await change(other, { draining: true });
  await change(drained, { draining: false });
  const next = await start('next');
  await expectWhole(fleet.client, repository, next);
  const again = (await eventsOf(fleet.client, next)).flatMap((event) => (event.kind === 'lease_granted' ? [event.runnerId] : []));
  expect(again).toEqual([drained.runnerId]);
});

test('a paused machine goes on with what it has, and takes nothing new', async () => {
  const paused = await fleet.machine('paused');
  const { repository, runId, start, go } = await heldRun('kept', ['two']);
  await change(paused, { paused: true, note: 'New disk.' });
  const waiting = await start('waits');
  go();
  await expectWhole(fleet.client, repository, runId);
  expect(await holder(waiting)).toBeUndefined();
  await change(paused, { paused: false });
  await expectWhole(fleet.client, repository, waiting);
});
