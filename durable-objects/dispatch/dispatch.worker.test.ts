import { applyD1Migrations, type D1Migration, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import { makePiece } from '@specwright/protocol/piece.ts';
import { type AnnounceLife, OFFER_WORD, pullResultSchema } from '@specwright/protocol/pull.ts';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { ObjectEnv } from '../env.ts';
import { type DispatchPort, dispatchPort, type Started, type StartInput } from './dispatch-port.ts';
import { type LiveRun, PLAIN_RUN } from './dispatch-state.ts';
import { runPort } from './run-port.ts';

const bindings = env as unknown as ObjectEnv & { TEST_MIGRATIONS: D1Migration[] };
beforeAll(() => applyD1Migrations(bindings.DB, bindings.TEST_MIGRATIONS));

const KNOWN = { ...PLAIN_RUN, specTitle: 'Spec', reopened: false, addedAt: 1, addedBy: null, priority: 0 };
const LINE = { maxActive: 2, fairSharing: false, pausedSlotMs: null, archived: false };

interface Place {
  organisationId: string;
  projectId: string;
  dispatch: DispatchPort;
}

function place(): Place {
  const organisationId = newId('organisation');
  return { organisationId, projectId: newId('project'), dispatch: dispatchPort(bindings, organisationId) };
}

async function startInput(at: Place, specId = newId('spec'), maxActive = 2): Promise<StartInput> {
  const runId = newId('run');
  const [spec, text] = [await makePiece('spec'), await makePiece(JSON.stringify({ description: '', acceptanceCriteria: [] }))];
  const item = {
    id: newId('chunk'),
    key: 'a',
    title: 'A',
    dependsOn: [],
    textPiece: text.hash,
    status: 'pending' as const,
    summary: null,
    selected: true,
  };
  const { organisationId, projectId } = at;
  const run = {
    ...{ runId, organisationId, projectId, specId, specTitle: 'Spec', branch: `specwright/spec-${runId.slice(-8)}`, startFrom: null },
    repository: { kind: 'path' as const, path: '/somewhere', defaultBranch: null },
    plan: { kind: 'chunks' as const, specPiece: spec.hash, items: [item] },
    ...{ settings: DEFAULT_RUN_SETTINGS, actor: null, pieces: [spec, text] },
  };
  return { specId, projectId, priority: 0, line: { ...LINE, maxActive }, run, reopen: null };
}

async function start(at: Place, input: StartInput): Promise<Started> {
  const started = await at.dispatch.start(input);
  if ('runId' in started) return started;
  throw new Error(JSON.stringify(started));
}

const stubOf = (at: Place) => bindings.DISPATCH.get(bindings.DISPATCH.idFromName(at.organisationId));

function liveRuns(at: Place): Promise<string[]> {
  return runInDurableObject(stubOf(at), async (_, ctx) =>
    [...ctx.storage.sql.exec<{ id: string }>('SELECT id FROM runs')].map((row) => row.id),
  );
}

/** A row as a crash may have left it. */
async function putRow(at: Place, row: LiveRun): Promise<void> {
  await runInDurableObject(stubOf(at), async (_, ctx) => {
    ctx.storage.sql.exec('INSERT OR REPLACE INTO runs (id, body) VALUES (?, ?)', row.runId, JSON.stringify(row));
  });
  await evictDurableObject(stubOf(at));
}

/** A runner that everybody may use and that has announced itself. */
async function joins(at: Place, runnerId: string, life: Partial<AnnounceLife> = {}): Promise<void> {
  const flags = { sharing: 'organisation' as const, projectIds: [], paused: false, draining: false };
  await at.dispatch.setRunner(runnerId, { name: runnerId, ownerId: 'usr_owner', labels: [], ...flags });
  await at.dispatch.announce(runnerId, runnerId, {
    wire: 2,
    lifeId: `life of ${runnerId}`,
    endedLives: [],
    version: '1',
    slots: 5,
    found: [],
    ...life,
  });
}

async function placeWithRunners(): Promise<Place> {
  const at = place();
  for (const runnerId of ['runner', 'other']) await joins(at, runnerId);
  return at;
}

async function offered(at: Place, count: number) {
  await vi.waitFor(async () => expect(await at.dispatch.needs()).toHaveLength(count));
}

describe('starting', () => {
  it('makes one run of two starts at once: the second attaches', async () => {
    const at = place();
    const specId = newId('spec');
    const [first, second] = await Promise.all([start(at, await startInput(at, specId)), start(at, await startInput(at, specId))]);
    expect(second.runId).toBe(first.runId);
    expect([first.attached, second.attached].sort()).toEqual([false, true]);
  });

  it('attaches to the run that goes on, also after an eviction, and makes a new one when it rests', async () => {
    const at = place();
    const specId = newId('spec');
    const first = await start(at, await startInput(at, specId));
    await evictDurableObject(stubOf(at));
    expect(await start(at, await startInput(at, specId))).toEqual({ runId: first.runId, attached: true, seq: null });
    await runPort(bindings, first.runId).command({ kind: 'stop', actor: null });
    await vi.waitFor(async () => expect((await runPort(bindings, first.runId).view())?.state.status).toBe('cancelled'));
    await vi.waitFor(async () => expect(await liveRuns(at)).toEqual([]));
    const next = await start(at, await startInput(at, specId));
    expect(next).toMatchObject({ attached: false });
    expect(next.runId).not.toBe(first.runId);
  });

  it('asks for another look when the run that seemed to go on has just ended: the plan may be older than that', async () => {
    const at = place();
    const input = await startInput(at);
    const { runId } = await start(at, input);
    await runPort(bindings, runId).command({ kind: 'stop', actor: null });
    await vi.waitFor(async () => expect(await liveRuns(at)).toEqual([]));
    await putRow(at, { runId, projectId: at.projectId, specId: input.specId, ...KNOWN, state: 'live', slot: true });
    expect(await at.dispatch.start(await startInput(at, input.specId))).toEqual({ lookAgain: runId });
    expect(await start(at, await startInput(at, input.specId))).toMatchObject({ attached: false });
  });

  it('opens a stopped run again instead of making one, and holds on to it', async () => {
    const at = place();
    const input = await startInput(at);
    const { runId } = await start(at, input);
    await runPort(bindings, runId).command({ kind: 'stop', actor: null });
    await vi.waitFor(async () => expect(await liveRuns(at)).toEqual([]));
    const command = { kind: 'resume' as const, actor: null, plan: null };
    const again = await start(at, { ...(await startInput(at, input.specId)), reopen: { runId, command } });
    expect(again).toMatchObject({ runId, attached: false });
    expect((await runPort(bindings, runId).view())?.state.status).toBe('queued');
    expect((await start(at, await startInput(at, input.specId))).attached).toBe(true);
  });

  it('passes a refusal on and keeps no row of it', async () => {
    const at = place();
    const input = await startInput(at);
    const answer = await at.dispatch.reopen({
      ...input,
      specTitle: 'Spec',
      addedBy: null,
      runId: newId('run'),
      command: { kind: 'pause', actor: null },
    });
    expect(isRefusal(answer)).toBe(true);
    expect((await start(at, input)).attached).toBe(false);
  });

  it('mends a start that a crash cut in two: the half-made run leaves, and can never be made again', async () => {
    const at = place();
    const input = await startInput(at);
    const { runId } = input.run;
    await putRow(at, { runId, projectId: at.projectId, specId: input.specId, ...KNOWN, state: 'creating', slot: false });
    await at.dispatch.ensure();
    expect(isRefusal(await runPort(bindings, runId).create(input.run))).toBe(true);
    expect(await start(at, await startInput(at, input.specId))).toMatchObject({ attached: false });
  });
});

describe('finding a machine', () => {
  it('brings a run’s need through the queue to the runner that pulls, once', async () => {
    const at = await placeWithRunners();
    const { runId } = await start(at, await startInput(at));
    await offered(at, 1);
    const { messages } = await at.dispatch.pull('runner', 5);
    expect(messages.map((message) => JSON.parse(atob(message.body)).runId)).toEqual([runId]);
    expect((await at.dispatch.pull('other', 5)).messages).toEqual([]);
    const [message] = messages;
    expect(await at.dispatch.ack([message?.lease_id ?? ''], [])).toMatchObject({ ackCount: 1 });
    expect(await at.dispatch.needs()).toEqual([]);
    expect(await at.dispatch.ack([message?.lease_id ?? ''], [])).toMatchObject({ ackCount: 0 });
  });

  it('shows an unacknowledged message again after the alarm, and rings', async () => {
    const at = await placeWithRunners();
    const { runId } = await start(at, await startInput(at));
    await offered(at, 1);
    const first = await at.dispatch.pull('runner', 1);
    await evictDurableObject(stubOf(at));
    await runInDurableObject(stubOf(at), async (_, ctx) => {
      const entry = JSON.parse(ctx.storage.sql.exec<{ body: string }>('SELECT body FROM entries').one().body);
      ctx.storage.sql.exec('UPDATE entries SET body = ?', JSON.stringify({ ...entry, visibleAt: Date.now() - 1 }));
    });
    await evictDurableObject(stubOf(at));
    const bell = await doorbell(at, 'other');
    expect(await bell.next()).toBe('pull');
    const second = await at.dispatch.pull('other', 1);
    expect(second.messages).toMatchObject([{ attempts: 2 }]);
    expect((await at.dispatch.ack([first.messages[0]?.lease_id ?? ''], [])).ackCount).toBe(0);
    expect((await at.dispatch.needs())[0]?.runId).toBe(runId);
  });

  it('holds back what is above the limit, with the reason, and offers it when a slot frees', async () => {
    const at = await placeWithRunners();
    const first = await start(at, await startInput(at, newId('spec'), 1));
    const second = await start(at, await startInput(at, newId('spec'), 1));
    await offered(at, 2);
    const queue = await at.dispatch.needs();
    const waiting = queue.find((entry) => entry.reason !== null);
    const offeredNow = queue.find((entry) => entry.reason === null);
    expect([waiting?.runId, offeredNow?.runId].sort()).toEqual([first.runId, second.runId].sort());
    expect((await at.dispatch.pull('runner', 5)).messages).toHaveLength(1);
    const bell = await doorbell(at, 'runner');
    await runPort(bindings, offeredNow?.runId ?? '').command({ kind: 'stop', actor: null });
    expect(await bell.next()).toBe('pull');
    const { messages } = await at.dispatch.pull('runner', 5);
    expect(messages.map((message) => JSON.parse(atob(message.body)).runId)).toEqual([waiting?.runId]);
  });

  it('rings the doorbells when a need comes, also after they hibernated', async () => {
    const at = await placeWithRunners();
    const bells = [await doorbell(at, 'runner'), await doorbell(at, 'other')];
    await evictDurableObject(stubOf(at));
    await start(at, await startInput(at));
    expect(await Promise.all(bells.map((bell) => bell.next()))).toEqual(['pull', 'pull']);
    const [runner] = await at.dispatch.runners();
    expect(runner).toMatchObject({ id: 'runner', online: true, status: 'online', slots: 5, version: '1' });
  });

  it('gives the only machine that can do it what it would pull for; what that gives back, it is rung for', async () => {
    const at = await placeWithRunners();
    const bell = await doorbell(at, 'runner');
    await evictDurableObject(stubOf(at));
    const { runId } = await start(at, await startInput(at));
    const word = await bell.next();
    expect(word.slice(0, OFFER_WORD.length)).toBe(OFFER_WORD);
    const { messages } = pullResultSchema.parse(JSON.parse(word.slice(OFFER_WORD.length)));
    expect(messages.map((message) => JSON.parse(atob(message.body)).runId)).toEqual([runId]);
    expect((await at.dispatch.pull('other', 1)).messages).toEqual([]);
    await at.dispatch.ack([], [{ leaseId: messages[0]?.lease_id ?? '', delayMs: 0 }]);
    expect(await bell.next()).toBe('pull');
    expect((await at.dispatch.pull('other', 1)).messages).toMatchObject([{ attempts: 2 }]);
  });

  it('only rings a machine that has no room left, for that is its own to know', async () => {
    const at = await placeWithRunners();
    for (let taken = 0; taken < 5; taken++) await start(at, await startInput(at, newId('spec'), 9));
    await offered(at, 5);
    const { messages } = await at.dispatch.pull('runner', 5);
    await at.dispatch.ack(
      messages.map(({ lease_id }) => lease_id),
      [],
    );
    const bell = await doorbell(at, 'runner');
    await start(at, await startInput(at, newId('spec'), 9));
    expect(await bell.next()).toBe('pull');
  });

  it('rings a few machines, and a moment later everybody who could, when nobody took it', async () => {
    const at = place();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await joins(at, name);
    const bells = await Promise.all(names.map((name) => doorbell(at, name)));
    const rung = Promise.all(bells.map((bell) => bell.next()));
    await start(at, await startInput(at));
    await vi.waitFor(() => expect(bells.filter((bell) => bell.heard() > 0)).toHaveLength(3));
    expect(await runDurableObjectAlarm(stubOf(at))).toBe(true);
    expect(await rung).toEqual(names.map(() => 'pull'));
  });

  it('withdraws the need of a run that is stopped', async () => {
    const at = await placeWithRunners();
    const { runId } = await start(at, await startInput(at));
    await offered(at, 1);
    await runPort(bindings, runId).command({ kind: 'stop', actor: null });
    await offered(at, 0);
  });

  it('believes a run that it does not know only when the run says that it lives', async () => {
    const at = await placeWithRunners();
    const { organisationId, projectId } = at;
    const needs = { repository: 'r', repositoryKey: null, executor: null, labels: [], account: null };
    const need = { organisationId, projectId, runId: newId('run'), startedBy: null, askedAt: 0, needs, begin: null, broke: null };
    await at.dispatch.enqueue(need);
    expect(await at.dispatch.needs()).toEqual([]);
    const input = await startInput(at);
    await runPort(bindings, input.run.runId).create(input.run);
    await at.dispatch.enqueue({ ...need, runId: input.run.runId });
    expect(await at.dispatch.needs()).toMatchObject([{ runId: input.run.runId, specId: input.specId }]);
  });
});

describe('what a run says', () => {
  it('is said again when the sweep looks, though the word was lost with the object that would have said it', async () => {
    const at = place();
    const input = await startInput(at);
    const { runId } = await start(at, input);
    const told = () =>
      runInDurableObject(stubOf(at), async (_, ctx) => {
        const { body } = ctx.storage.sql.exec<{ body: string }>('SELECT body FROM runs').one();
        return (JSON.parse(body) as LiveRun).news?.status;
      });
    await runPort(bindings, runId).command({ kind: 'pause', actor: null });
    await vi.waitFor(async () => expect(await told()).toBe('paused'));
    await putRow(at, { runId, projectId: at.projectId, specId: input.specId, ...KNOWN, state: 'live', slot: true });
    expect(await told()).toBeUndefined();
    await evictDurableObject(bindings.RUNS.get(bindings.RUNS.idFromName(runId)));
    await runPort(bindings, runId).ensure();
    await vi.waitFor(async () => expect(await told()).toBe('paused'));
  });
});

describe('what is over', () => {
  it('leaves when the sweep finds that it rests, though its word was lost', async () => {
    const at = place();
    const input = await startInput(at, newId('spec'), 1);
    const { runId } = await start(at, input);
    await offered(at, 1);
    await runPort(bindings, runId).command({ kind: 'stop', actor: null });
    await vi.waitFor(async () => expect((await runPort(bindings, runId).view())?.state.status).toBe('cancelled'));
    await putRow(at, { runId, projectId: at.projectId, specId: input.specId, ...KNOWN, state: 'live', slot: true });
    await at.dispatch.ensure();
    expect(await liveRuns(at)).toEqual([]);
  });

  it('is told to the runs: a life that ended loses its lease at once', async () => {
    const at = place();
    const { runId } = await start(at, await startInput(at));
    const socket = await runnerSocket(runId);
    socket.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: 'life-1', runnerName: 'Runner', fence: null }));
    await vi.waitFor(async () => expect((await runPort(bindings, runId).view())?.state.lease?.lifeId).toBe('life-1'));
    await at.dispatch.announce('runner', 'Runner', {
      wire: 1,
      lifeId: 'life-2',
      endedLives: ['life-1'],
      version: '1',
      slots: 1,
      found: [],
    });
    expect((await runPort(bindings, runId).view())?.state.lease).toBeNull();
    const untold = await runInDurableObject(stubOf(at), async (_, ctx) => ctx.storage.sql.exec('SELECT id FROM endings').toArray());
    expect(untold).toEqual([]);
  });

  it('leaves no alarm behind when nothing waits', async () => {
    const at = place();
    await start(at, await startInput(at));
    await offered(at, 1);
    await joins(at, 'runner');
    const { messages } = await at.dispatch.pull('runner', 1);
    await at.dispatch.ack([messages[0]?.lease_id ?? ''], []);
    expect(await runDurableObjectAlarm(stubOf(at))).toBe(false);
  });
});

async function doorbell(at: Place, runnerId: string) {
  const headers = { upgrade: 'websocket', 'x-specwright-runner-id': runnerId };
  const response = await at.dispatch.fetch(new Request('http://object/doorbell', { headers }));
  return listener(response);
}

async function runnerSocket(runId: string): Promise<WebSocket> {
  const headers = {
    upgrade: 'websocket',
    'x-specwright-runner-id': 'runner',
    'x-specwright-runner-name': 'Runner',
    'x-specwright-runner-serves': 'all',
  };
  const { webSocket } = await runPort(bindings, runId).fetch(new Request('http://object/runner', { headers }));
  if (!webSocket) throw new Error('no socket');
  webSocket.accept();
  return webSocket;
}

function listener({ webSocket }: Response) {
  if (!webSocket) throw new Error('no socket');
  const heard: string[] = [];
  let count = 0;
  let wake = () => {};
  webSocket.addEventListener('message', ({ data }) => {
    count += 1;
    heard.push(String(data));
    wake();
  });
  const closed = new Promise<number>((resolve) => webSocket.addEventListener('close', ({ code }) => resolve(code)));
  webSocket.accept();
  return {
    closed,
    heard: () => count,
    async next(): Promise<string> {
      while (heard.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return heard.shift() as string;
    },
  };
}

describe('people', () => {
  it('revoke a runner: its bell closes, what it was offered goes to another, and the run that it holds is free at once', async () => {
    const at = await placeWithRunners();
    const { runId } = await start(at, await startInput(at));
    await offered(at, 1);
    const bell = await doorbell(at, 'runner');
    const socket = await runnerSocket(runId);
    socket.send(JSON.stringify({ type: 'claim', wire: WIRE_VERSION, lifeId: 'life of runner', runnerName: 'Runner', fence: null }));
    await vi.waitFor(async () => expect((await runPort(bindings, runId).view())?.state.lease?.state).toBe('held'));
    await at.dispatch.revokeRunner('runner');
    expect(await bell.closed).toBe(4001);
    expect((await runPort(bindings, runId).view())?.state.lease?.state).not.toBe('held');
    expect((await at.dispatch.runners()).map((runner) => runner.id)).toEqual(['other']);
    expect((await at.dispatch.pull('runner', 1)).messages).toEqual([]);
    await vi.waitFor(async () => expect((await at.dispatch.pull('other', 1)).messages).toHaveLength(1));
  });

  it('resume a run that gave its slot back: it waits at the front, and goes on when a slot is free', async () => {
    const at = await placeWithRunners();
    const input = await startInput(at, newId('spec'), 1);
    const { runId } = await start(at, input);
    await offered(at, 1);
    await at.dispatch.pull('runner', 1);
    await runPort(bindings, runId).command({ kind: 'pause', actor: null });
    await vi.waitFor(async () => expect((await at.dispatch.workers()).workers).toMatchObject([{ id: runId, status: 'paused' }]));
    await changeRow(at, runId, (row) => ({ ...row, slot: false, gaveBack: true, front: true, pausedAt: 1 }));
    const other = await start(at, await startInput(at, newId('spec'), 1));
    await vi.waitFor(async () => expect((await at.dispatch.pull('other', 1)).messages).toHaveLength(1));
    const { specId, projectId, line } = input;
    const reopening = { specId, projectId, line, priority: 0, specTitle: 'Spec', addedBy: null };
    const command = { kind: 'resume' as const, actor: null, plan: null };
    expect(await at.dispatch.reopen({ ...reopening, runId, command })).toMatchObject({ status: 'paused' });
    expect((await at.dispatch.workers()).queues[0]?.items).toMatchObject([{ id: runId, wait: { code: 'slot' } }]);
    await runPort(bindings, other.runId).command({ kind: 'stop', actor: null });
    await vi.waitFor(async () => expect((await runPort(bindings, runId).view())?.state.status).not.toBe('paused'));
  });
});

/** A row as time would have made it. */
async function changeRow(at: Place, runId: string, change: (row: LiveRun) => LiveRun): Promise<void> {
  await runInDurableObject(stubOf(at), async (_, ctx) => {
    const { body } = ctx.storage.sql.exec<{ body: string }>('SELECT body FROM runs WHERE id = ?', runId).one();
    ctx.storage.sql.exec('UPDATE runs SET body = ? WHERE id = ?', JSON.stringify(change(JSON.parse(body))), runId);
  });
  await evictDurableObject(stubOf(at));
}
