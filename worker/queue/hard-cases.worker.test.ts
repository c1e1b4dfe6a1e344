import { createExecutionContext, createMessageBatch, evictDurableObject, getQueueResult, runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type DispatchPort, dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Me } from '@specwright/protocol/api.ts';
import type { JobsQueueMessage, MachineNeed } from '@specwright/protocol/pull.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import type { QueuePage, WorkersPage } from '@specwright/protocol/workers-api.ts';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkerEnv } from '../environment.ts';
import { type Client, migrate, signIn } from '../testing/front-door.ts';
import { startedRun } from '../testing/given.ts';
import { ScriptedRunner } from '../testing/scripted-runner.ts';
import { consumeJobs } from './jobs.ts';

const bindings = env as unknown as WorkerEnv;
const PATIENCE = { timeout: 10_000 };

let owner: Client;
let dispatch: DispatchPort;
let organisationId: string;
beforeAll(async () => {
  await migrate();
  owner = await signIn();
  organisationId = (await owner.json<Me>('GET', '/api/me')).organisation?.id ?? '';
  dispatch = dispatchPort(bindings, organisationId);
});
// What one leaves behind would be offered to the next.
afterEach(async () => {
  vi.useRealTimers();
  for (const id of await waiting()) await owner.call('DELETE', `/api/queue/${id}`);
  await owner.call('POST', '/api/workers/stop-all', { body: {} });
});

const statusOf = async (runId: string) => (await runPort(bindings, runId).view())?.state.status;
const eventsOf = (runId: string) => runPort(bindings, runId).events(0, 1000);
const grants = async (runId: string) => (await eventsOf(runId)).filter((event) => event.kind === 'lease_granted').length;
const waiting = async () => (await owner.json<QueuePage>('GET', '/api/queue')).items.map((item) => item.id);
const working = async () => (await owner.json<WorkersPage>('GET', '/api/workers')).items.map((item) => item.id);
const runStub = (runId: string) => bindings.RUNS.get(bindings.RUNS.idFromName(runId));
const dispatchStub = () => bindings.DISPATCH.get(bindings.DISPATCH.idFromName(organisationId));

/** The message as the queue may bring it: again, late, or out of turn. */
async function bring(...needs: MachineNeed[]): Promise<void> {
  const messages = needs.map((need, at) => {
    const body: JobsQueueMessage = { kind: 'machine_needed', need };
    return { id: String(at), timestamp: new Date(), attempts: 1, body };
  });
  const batch = createMessageBatch('jobs', messages);
  const ctx = createExecutionContext();
  await consumeJobs(batch, bindings);
  await getQueueResult(batch, ctx);
}

interface Given {
  runner: ScriptedRunner;
  runId: string;
  specId: string;
  projectId: string;
  leaseId: string;
  need: MachineNeed;
}

/** A run whose need has been given to a machine, which has not said yet whether it takes it. */
async function given(): Promise<Given> {
  const { runId, specId, projectId } = await startedRun(owner);
  const runner = await ScriptedRunner.announced();
  const [message] = await vi.waitFor(async () => {
    const { messages } = await dispatch.pull(runner.runnerId, 1);
    expect(messages).toHaveLength(1);
    return messages;
  }, PATIENCE);
  return { runner, runId, specId, projectId, leaseId: message?.lease_id ?? '', need: JSON.parse(atob(message?.body ?? '')) };
}

/** It is taken and at work, its first job out. */
async function atWork(): Promise<Given & { socket: WebSocket; ended: Promise<unknown>; heard: { type: string }[] }> {
  const all = await given();
  const socket = await all.runner.open(all.runId);
  const heard: { type: string }[] = [];
  socket.addEventListener('message', ({ data }) => void heard.push(JSON.parse(String(data))));
  const ended = new Promise((done) => socket.addEventListener('close', done));
  socket.accept();
  socket.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: all.runner.lifeId, runnerName: 'Scripted', fence: null }));
  await vi.waitFor(() => expect(heard.map(({ type }) => type)).toContain('granted'), PATIENCE);
  await dispatch.ack([all.leaseId], []);
  return { ...all, socket, ended, heard };
}

describe('a message of the queue', () => {
  it('that comes twice while the run is at work gives it to nobody else', async () => {
    const { runId, need, socket } = await atWork();
    await bring(need, need);
    const other = await ScriptedRunner.announced();
    expect(await other.pull()).toBeNull();
    expect([await grants(runId), await working()]).toEqual([1, [runId]]);
    socket.close();
  });

  it('that comes again when the run has ended begins nothing', async () => {
    const { runner, runId, need, leaseId } = await given();
    await dispatch.ack([leaseId], []);
    await runner.work(runId);
    expect(await statusOf(runId)).toBe('completed');
    await vi.waitFor(async () => expect(await working()).toEqual([]), PATIENCE);
    await bring(need, { ...need, askedAt: need.askedAt + 1 });
    expect(await waiting()).toEqual([]);
    expect(await (await ScriptedRunner.announced()).pull()).toBeNull();
    expect(await statusOf(runId)).toBe('completed');
  });

  it('that is lost is sent again by the run itself', async () => {
    const { runId, specId } = await startedRun(owner);
    await vi.waitFor(async () => expect(await dispatch.needs()).toMatchObject([{ runId, specId }]), PATIENCE);
    await dispatch.withdraw(runId);
    const runner = await ScriptedRunner.announced();
    expect(await runner.pull()).toBeNull();
    vi.setSystemTime(Date.now() + 61_000);
    await runDurableObjectAlarm(runStub(runId));
    vi.useRealTimers();
    await runner.workOff(runId);
    expect([await statusOf(runId), await grants(runId)]).toEqual(['completed', 1]);
  });

  it('that comes late, after one that was sent after it, changes nothing of what that one began', async () => {
    const { runner, runId, need, leaseId } = await given();
    await bring({ ...need, askedAt: need.askedAt - 1 });
    const other = await ScriptedRunner.announced();
    expect(await other.pull()).toBeNull();
    expect(await dispatch.ack([leaseId], [])).toMatchObject({ ackCount: 1 });
    await runner.work(runId);
    expect([await statusOf(runId), await grants(runId)]).toEqual(['completed', 1]);
  });

  it('that comes after a person stopped the run begins nothing', async () => {
    const { runId, need, leaseId } = await given();
    await dispatch.ack([leaseId], []);
    await owner.json('DELETE', `/api/workers/${runId}`, { status: 200 });
    await vi.waitFor(async () => expect(await statusOf(runId)).toBe('cancelled'), PATIENCE);
    await bring(need, { ...need, askedAt: Date.now() });
    expect([await waiting(), await working()]).toEqual([[], []]);
  });
});

describe('a slot that is being handed over', () => {
  it('is neither lost nor doubled, when the objects die after each word', async () => {
    const die = async (runId: string) => {
      // Only what is awake can die.
      await Promise.all([dispatch.needs(), statusOf(runId)]);
      await Promise.all([evictDurableObject(dispatchStub()), evictDurableObject(runStub(runId))]);
    };
    const { runner, runId, leaseId } = await given();
    await die(runId);
    expect(await working()).toEqual([runId]);
    expect(await dispatch.ack([leaseId], [])).toMatchObject({ ackCount: 1 });
    await die(runId);
    expect(await (await ScriptedRunner.announced()).pull()).toBeNull();
    await runner.work(runId);
    await die(runId);
    await dispatch.ensure();
    const page = await owner.json<WorkersPage>('GET', '/api/workers');
    expect([page.active, page.items, await grants(runId)]).toEqual([0, [], 1]);
  });
});

describe('a spec that a person removes from the queue just as it starts', () => {
  it('is told to be at work when a machine has it, and goes on', async () => {
    const { runner, runId, leaseId } = await given();
    expect(await owner.json('DELETE', `/api/queue/${runId}`, { status: 409 })).toMatchObject({ code: 'RUN_ACTIVE' });
    await dispatch.ack([leaseId], []);
    await runner.work(runId);
    expect(await statusOf(runId)).toBe('completed');
  });

  it('either begins or is removed, never both, when both come at once', async () => {
    for (let round = 0; round < 2; round++) {
      const { runId } = await startedRun(owner);
      await vi.waitFor(async () => expect(await dispatch.needs()).toHaveLength(1), PATIENCE);
      const runner = await ScriptedRunner.announced();
      const remove = () => owner.call('DELETE', `/api/queue/${runId}`);
      const pull = () => dispatch.pull(runner.runnerId, 1);
      const [removed, pulled] =
        round % 2 === 0 ? await Promise.all([remove(), pull()]) : await Promise.all([pull(), remove()]).then(([a, b]) => [b, a] as const);
      expect([removed.status, pulled.messages.length]).toSatisfy(
        ([status, count]) => (status === 204 && count === 0) || (status === 409 && count === 1),
      );
      if (removed.status === 409) {
        await dispatch.ack([pulled.messages[0]?.lease_id ?? ''], []);
        await runner.work(runId);
      }
      await vi.waitFor(async () => expect(await statusOf(runId)).toBe(removed.status === 409 ? 'completed' : 'cancelled'), PATIENCE);
    }
  });
});

describe('a project that is deleted while its specs run', () => {
  it('takes them from their machines, leaves no slot, no queue and no row, and brings none back', async () => {
    const { runId, projectId, need, socket, ended, runner } = await atWork();
    await owner.json('DELETE', `/api/projects/${projectId}`, { status: 409 });
    await owner.json('DELETE', `/api/projects/${projectId}?stop=true`, { status: 204 });
    await ended;
    expect([await working(), await waiting(), await dispatch.needs()]).toEqual([[], [], []]);
    await bring(need, { ...need, askedAt: Date.now() });
    expect(await runner.pull()).toBeNull();
    await expect(runner.work(runId)).rejects.toThrow();
    expect(await runPort(bindings, runId).view()).toBeNull();
    const rows = await bindings.DB.prepare('SELECT count(*) AS n FROM runs WHERE project_id = ?').bind(projectId).first<{ n: number }>();
    expect(rows?.n).toBe(0);
    socket.close();
  });
});
