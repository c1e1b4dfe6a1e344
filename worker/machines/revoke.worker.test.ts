import type { Page, RunView, StartedRun } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { beforeAll, expect, it, vi } from 'vitest';
import { type Client, invite, type Machine, machineClient, migrate, signUp, signUpOwner, testEnv } from '../testing/front-door.ts';
import { specOf } from '../testing/given.ts';
import { makeKey } from '../testing/machine-key.ts';
import { ScriptedRunner } from '../testing/scripted-runner.ts';
import { revokeRunnersOf } from './tell-dispatch.ts';

beforeAll(migrate);

/** Long before its lease would lapse (30 s) or its token (15 min): it is cut off by being told. */
const AT_ONCE_MS = 10_000;

async function machineOf(owner: Client, name: string): Promise<Machine> {
  const key = await makeKey();
  const body = { name, publicKey: key.publicKey, sharing: 'organisation' };
  const { runnerId } = await owner.json<{ runnerId: string }>('POST', '/api/runners', { body });
  return machineClient(runnerId, key);
}

/** A machine at work: its doorbell is open, it holds the run's lease, and its job is out. */
async function working(owner: Client, machine: Machine, runId: string) {
  const upgrade = { headers: { upgrade: 'websocket' } };
  const lifeId = `lif_${crypto.randomUUID()}`;
  const life = { wire: WIRE_VERSION, lifeId, endedLives: [], version: '1', slots: 1, found: [], repositories: null };
  await machine.json('POST', '/runner-api/lives', { body: life });
  const sockets = [
    (await machine.call('GET', '/runner-api/doorbell', upgrade)).webSocket,
    (await machine.call('GET', `/runner-api/runs/${runId}/socket`, upgrade)).webSocket,
  ];
  const closed = sockets.map((socket) => new Promise<number>((resolve) => socket?.addEventListener('close', ({ code }) => resolve(code))));
  for (const socket of sockets) socket?.accept();
  sockets[1]?.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId, runnerName: 'x', fence: null }));
  await vi.waitFor(async () => {
    const { state } = await owner.json<RunView>('GET', `/api/runs/${runId}`);
    expect(state.lease).toMatchObject({ runnerId: machine.runnerId, state: 'held' });
  });
  return closed;
}

it('a revoked machine is cut off at once: sockets, lease, calls; another does its work to the end', async () => {
  const { client: owner } = await signUpOwner();
  const spec = await specOf(owner, 'a');
  const { runId } = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
  const machine = await machineOf(owner, 'lost in a taxi');
  const closed = await working(owner, machine, runId ?? '');
  const other = await ScriptedRunner.announced(await machineOf(owner, 'desk'));

  await owner.json('DELETE', `/api/runners/${machine.runnerId}`, { status: 204 });
  await vi.waitFor(
    async () => {
      const { state } = await owner.json<RunView>('GET', `/api/runs/${runId}`);
      expect(state).toMatchObject({ status: 'queued', lease: null });
    },
    { timeout: AT_ONCE_MS, interval: 20 },
  );
  expect(await Promise.race([Promise.all(closed), scheduler.wait(AT_ONCE_MS)])).toEqual([expect.any(Number), expect.any(Number)]);
  expect((await machine.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(401);
  expect((await machine.call('GET', `/runner-api/runs/${runId}/socket`, { headers: { upgrade: 'websocket' } })).status).toBe(401);
  const { items } = await owner.json<Page<RunnerInfo>>('GET', '/api/runners');
  expect(items.map(({ name }) => name)).toEqual(['desk']);
  expect((await owner.call('GET', `/api/runners/${machine.runnerId}`)).status).toBe(404);

  await other.workOff(runId ?? '');
  expect((await owner.json<RunView>('GET', `/api/runs/${runId}`)).state.status).toBe('completed');
});

it('revoking may be repeated; the name is free again, for a machine of another id', async () => {
  const { client: owner } = await signUpOwner();
  const first = await machineOf(owner, 'laptop');
  for (const _ of [1, 2]) await owner.json('DELETE', `/api/runners/${first.runnerId}`, { status: 204 });
  expect((await machineOf(owner, 'laptop')).runnerId).not.toBe(first.runnerId);
});

it('a machine that gets a new key loses what was open under the old one', async () => {
  const { client: owner } = await signUpOwner();
  const spec = await specOf(owner, 'a');
  const { runId } = await owner.json<StartedRun>('POST', `/api/specs/${spec.id}/runs`);
  const closed = await working(owner, await machineOf(owner, 'laptop'), runId ?? '');
  const again = await machineOf(owner, 'laptop');
  await Promise.all(closed);
  expect((await again.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(200);
});

it('a member whose removal was cut off is still one, without machines; removing them again ends it', async () => {
  const team = await signUpOwner();
  const ben = await signUp('Ben', await invite(team.client));
  const machine = await machineOf(ben.client, 'theirs');
  const { DB } = await testEnv();
  const remove = () => team.client.call('DELETE', `/api/organisation/members/${ben.userId}`);
  await DB.prepare(`CREATE TRIGGER cut_off BEFORE DELETE ON members BEGIN SELECT RAISE(ABORT, 'the process died'); END`).run();
  expect((await remove()).status).toBe(500);
  await DB.prepare('DROP TRIGGER cut_off').run();
  expect((await machine.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(401);
  expect((await ben.client.call('GET', '/api/organisation')).status).toBe(200);
  expect((await remove()).status).toBe(204);
  expect((await ben.client.call('GET', '/api/organisation')).status).toBe(403);
});

it('the machines of one who leaves are revoked, those of the others stay', async () => {
  const team = await signUpOwner();
  const machine = await machineOf(team.client, 'theirs');
  await revokeRunnersOf(await testEnv(), team.organisationId, 'usr_other');
  expect((await machine.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(200);
  await revokeRunnersOf(await testEnv(), team.organisationId, team.userId);
  expect((await machine.call('POST', '/runner-api/messages/pull', { body: {} })).status).toBe(401);
});
