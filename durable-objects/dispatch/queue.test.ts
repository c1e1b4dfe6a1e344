import type { FailureCode, JobResult } from '@specwright/protocol/runner-fact.ts';
import { describe, expect, it } from 'vitest';
import { isQueued } from './dispatch-state.ts';
import { offered, runnersToRing } from './offer.ts';
import {
  ack,
  after,
  announce,
  enqueue,
  held,
  known,
  left,
  news,
  pull,
  queue,
  reason,
  register,
  settings,
  type Wish,
  withSlot,
} from './testing/wishes.ts';

const by = { id: 'usr_ann', name: 'Ann' };
const queued = (runId: string, more: Parameters<typeof register>[2] = {}, maxActive = 2): Wish[] => [
  register(runId, maxActive, more),
  enqueue(runId, {}, { projectId: more.projectId ?? 'p' }),
];
const of = (id: string) => ({ addedBy: { id, name: id } });
const move = (runId: string, place: 'before' | 'after', anchorId: string): Wish => ({ kind: 'reorder', runId, anchorId, place, by });

describe('the order of a queue', () => {
  it('is by priority, then by time', () => {
    expect(queue(after(...queued('a'), ...queued('b', { priority: 1 }), ...queued('c', { priority: 1 })))).toEqual(['b', 'c', 'a']);
  });

  it('is first what a person made of it; what was not touched follows its priority', () => {
    const state = after(...queued('a'), ...queued('b'), ...queued('c'), ...queued('d'), move('d', 'before', 'b'));
    expect(queue(state)).toEqual(['a', 'd', 'b', 'c']);
    expect(queue(after(...queued('a'), ...queued('b'), move('b', 'before', 'a'), ...queued('c', { priority: 9 })))).toEqual([
      'b',
      'c',
      'a',
    ]);
  });

  it('is the order of the second, when two people move at once', () => {
    const three = [...queued('a'), ...queued('b'), ...queued('c')];
    expect(queue(after(...three, move('c', 'before', 'a'), move('b', 'before', 'a')))).toEqual(['c', 'b', 'a']);
    expect(queue(after(...three, move('c', 'before', 'a'), move('a', 'before', 'c')))).toEqual(['a', 'c', 'b']);
  });

  it('is kept when a move makes no sense', () => {
    const two = [...queued('a'), ...queued('b', { projectId: 'q' })];
    for (const wish of [move('a', 'before', 'a'), move('a', 'before', 'b'), move('x', 'after', 'a'), move('a', 'after', 'x')])
      expect(queue(after(...two, wish))).toEqual(['a']);
  });

  it('is by the new priority, when a person gives one: a place by hand is over', () => {
    const state = after(...queued('a'), ...queued('b'), move('b', 'before', 'a'), { kind: 'prioritise', runId: 'b', priority: -1, by });
    expect(queue(state)).toEqual(['a', 'b']);
  });

  it('lets members take turns within a priority, where sharing is fair', () => {
    const line = { maxActive: 1, fairSharing: true, pausedSlotMs: null, archived: false };
    const many = ['a1', 'a2', 'a3'].flatMap((id) => queued(id, { ...of('ann'), line }));
    const state = after(...many, ...queued('b1', { ...of('bob'), line }), ...queued('b2', { ...of('bob'), line, priority: 1 }));
    expect(queue(state)).toEqual(['b2', 'a1', 'b1', 'a2', 'a3']);
    const taken = after(...known, ...many, pull(1), ...queued('b1', { ...of('bob'), line }));
    expect(queue(taken)).toEqual(['b1', 'a2', 'a3']);
  });

  it('of five hundred is moved as one', () => {
    const ids = Array.from({ length: 500 }, (_, n) => `r${String(n).padStart(3, '0')}`);
    const state = after(...ids.map((id) => register(id)), move('r499', 'before', 'r000'));
    expect(queue(state)).toEqual(['r499', ...ids.slice(0, -1)]);
  });
});

describe('queues of several projects', () => {
  it('are served in turn', () => {
    const p = ['p1', 'p2', 'p3'].flatMap((id) => queued(id, {}, 5));
    const q = ['q1', 'q2'].flatMap((id) => queued(id, { projectId: 'q' }, 5));
    const first = after(...known, ...p, ...q, pull(3));
    expect(withSlot(first)).toEqual(['p1', 'p2', 'q1']);
    expect(withSlot(after(...known, ...p, ...q, pull(1), ack('lease runner 0'), pull(1)))).toEqual(['p1', 'q1']);
  });

  it('share the organisation’s limit', () => {
    const both = [...queued('a'), ...queued('b', { projectId: 'q' })];
    const state = after(...known, { kind: 'set_organisation', maxActive: 1 }, ...both, pull(4));
    expect(withSlot(state)).toEqual(['a']);
    expect(reason(state, 'b')).toBe('Waiting for a slot: the organisation’s one is in use.');
  });

  it('are left alone while their project is paused or archived', () => {
    const paused: Wish = { kind: 'pause_project', projectId: 'p', paused: true, by };
    const state = after(...known, ...queued('a'), paused, pull(1));
    expect(held(state)).toEqual([]);
    expect(reason(state, 'a')).toBe('Its project is paused by Ann.');
    expect(held(after(...known, ...queued('a'), paused, { ...paused, paused: false }, pull(1)))).toEqual(['a']);
    const archived = { maxActive: 2, fairSharing: false, pausedSlotMs: null, archived: true };
    expect(held(after(...known, ...queued('a'), { kind: 'set_project', projectId: 'p', settings: archived }, pull(1)))).toEqual([]);
  });

  it('of a deleted project are offered to nobody, however often a need comes', () => {
    expect(held(after(...known, ...queued('a'), { kind: 'close_project', projectId: 'p' }, enqueue('a'), pull(1)))).toEqual([]);
  });
});

describe('what a person takes out of the queue', () => {
  const remove: Wish = { kind: 'remove', runId: 'a', by };

  it('is offered to nobody from that moment, though its need comes again', () => {
    const state = after(...known, ...queued('a'), remove, enqueue('a'), pull(1));
    expect(held(state)).toEqual([]);
    expect(state.runs.a?.removal).toEqual({ actor: by });
  });

  it('is nothing that has just begun', () => {
    expect(after(...known, ...queued('a'), pull(1), remove).runs.a?.removal).toBeNull();
  });
});

describe('a slot', () => {
  const line = { maxActive: 1, fairSharing: false, pausedSlotMs: 5_000, archived: false };
  const begun = [...known, ...queued('a', { line }), pull(1), ack('lease runner 0')];
  const paused = [...begun, news('a', { status: 'paused' })];
  const back = [...paused, ...queued('b', { line }), ...queued('c', { line }), { kind: 'give_back', runId: 'a' } as Wish];

  it('is kept in a pause, until the project’s limit', () => {
    expect(withSlot(after(...paused, { kind: 'give_back', runId: 'a' }))).toEqual(['a']);
    expect(withSlot(after(...back))).toEqual([]);
    expect(withSlot(after(...back, pull(1)))).toEqual(['b']);
  });

  it('that was given back is waited for at the front of the queue', () => {
    const wanted = after(...back, pull(1), { kind: 'want_resume', runId: 'a', by });
    expect(queue(wanted)).toEqual(['a', 'c']);
    expect(reason(wanted, 'a')).toBe('Waiting for a slot: the project’s one is in use.');
    expect(withSlot(after(...back, pull(1), { kind: 'want_resume', runId: 'a', by }, left('b')))).toEqual(['a']);
  });

  it('is given back at once when it is free', () => {
    expect(withSlot(after(...back, { kind: 'want_resume', runId: 'a', by }))).toEqual(['a']);
  });

  it('belongs to a run that says that it works, whatever was known', () => {
    expect(withSlot(after(...queued('a'), news('a', { status: 'running', seq: 3 })))).toEqual(['a']);
  });

  it('returns when the runner that was given the run never came, and nobody else has it', () => {
    const wait = Array.from({ length: 6 }, () => ({ kind: 'tick' }) as Wish);
    const state = after(...known, ...queued('a'), pull(1), ...wait, { kind: 'return_slot', runId: 'a' });
    expect(withSlot(state)).toEqual([]);
    expect(state.runs.a && isQueued(state.runs.a)).toBe(true);
    expect(withSlot(after(...known, ...queued('a'), pull(1), { kind: 'return_slot', runId: 'a' }))).toEqual(['a']);
  });
});

describe('news of a run', () => {
  it('that is older changes nothing', () => {
    const state = after(...queued('a'), news('a', { seq: 5, status: 'paused' }), news('a', { seq: 4, status: 'running' }));
    expect(state.runs.a?.news?.status).toBe('paused');
    expect(withSlot(state)).toEqual([]);
  });

  it('takes its need away when a machine has it; a younger need stays', () => {
    const runner = { id: 'runner', name: 'mac' };
    const running = (at: number) => news('a', { seq: 3, status: 'running', runner, at });
    const need = (askedAt: number) => enqueue('a', {}, { askedAt });
    expect(Object.keys(after(register('a'), need(10), running(11)).entries)).toEqual([]);
    expect(Object.keys(after(register('a'), need(12), running(11)).entries)).toEqual(['a']);
  });
});

describe('a spent quota', () => {
  const untilAt = Date.UTC(2027, 0, 1, 14, 30);
  const quota = { fingerprint: 'key1', untilAt, message: 'Too many requests.' };
  const spent = [register('x'), news('x', { seq: 2, status: 'waiting', quota })];
  const machine = (fingerprint: string): Wish[] => [settings(), announce({ accounts: [{ agent: 'opencode', fingerprint }] })];

  it('parks all work for that account on all machines until it is back', () => {
    const state = after(...machine('key1'), ...spent, ...queued('a'), pull(1));
    expect(held(state)).toEqual([]);
    expect(reason(state, 'a')).toBe('Waiting for quota until 14:30 UTC.');
    expect(reason(state, 'a', untilAt + 1)).toBe('It is offered to the runners.');
  });

  it('is none of another account’s', () => {
    expect(held(after(...machine('key2'), ...spent, ...queued('a'), pull(1)))).toEqual(['a']);
  });

  it('of a machine that tells no accounts is known by the run’s own', () => {
    expect(held(after(...known, ...spent, register('a'), enqueue('a', { account: 'key1' }), pull(1)))).toEqual([]);
  });
});

describe('a runner that is out for some work', () => {
  const fault = { kind: 'agent:claude-code', message: 'claude is not signed in.', forMs: 0 };
  const report: Wish = { kind: 'report', runnerId: 'runner', report: { load: null, draining: false, faults: [fault] } };

  it('says why, and may try again when a person says so', () => {
    const need = enqueue('a', { executor: 'claude-code' });
    const state = after(...known, report, register('a'), need, pull(1));
    expect(reason(state, 'a')).toBe('mac cannot do it: claude is not signed in.');
    expect(held(after(...known, report, { kind: 'check_runner', runnerId: 'runner' }, register('a'), need, pull(1)))).toEqual(['a']);
  });
});

describe('breakers', () => {
  const runner = { id: 'runner', name: 'mac' };
  const job = (n: number, code: FailureCode | null, result: JobResult = 'runner_fault') =>
    news('a', {
      seq: n,
      status: 'running',
      runner,
      lastJob: { id: `job ${n}`, result, code, message: `fault ${n}`, agent: 'opencode', runnerId: runner.id },
    });
  const faults = (...wishes: Wish[]) => after(...known, register('a'), ...wishes).runners.runner?.breakers.map(({ kind }) => kind);

  it('take a machine out at once where its agent is not signed in or its disk is full', () => {
    expect(faults(job(1, 'PROVIDER_AUTH', 'provider_fault'))).toEqual(['agent:opencode']);
    expect(faults(job(1, 'DISK_FULL'))).toEqual(['disk']);
    const state = after(...known, register('a'), job(1, 'PROVIDER_AUTH', 'provider_fault'), ...queued('b'), pull(1));
    expect(held(state)).toEqual(['b']);
    expect(held(after(...known, register('a'), job(1, 'DISK_FULL'), ...queued('b'), pull(1)))).toEqual([]);
  });

  it('take it out after three faults in a row, each told as often as it may', () => {
    expect(faults(job(1, 'INTERNAL'), job(2, 'INTERNAL'))).toEqual([]);
    expect(faults(job(1, 'INTERNAL'), job(2, 'INTERNAL'), job(3, 'INTERNAL'))).toEqual(['environment']);
    expect(faults(job(1, 'INTERNAL'), job(2, null, 'passed'), job(3, 'INTERNAL'), job(4, 'INTERNAL'))).toEqual([]);
    expect(faults(job(1, 'BRANCH_MOVED'), job(2, 'LEASE_UNSURE'), job(3, 'BRANCH_MOVED'))).toEqual([]);
    const again = { ...(job(1, 'INTERNAL') as Extract<Wish, { kind: 'news' }>) };
    expect(faults(again, { ...again, news: { ...again.news, seq: 2 } }, { ...again, news: { ...again.news, seq: 3 } })).toEqual([]);
  });

  const broke = { runnerId: 'runner', fence: 1, code: 'DISK_FULL', message: 'The disk is full.', agent: null };

  it('are opened by the need of a run that was given back, before it is offered; the same word again opens none that is closed', () => {
    const state = after(...known, register('a'), enqueue('a', {}, { broke }), pull(1));
    expect(held(state)).toEqual([]);
    expect(reason(state, 'a')).toBe('mac cannot do it: The disk is full.');
    const mended: Wish[] = [enqueue('a', {}, { broke }), { kind: 'check_runner', runnerId: 'runner' }, enqueue('a', {}, { broke })];
    expect(faults(...mended)).toEqual([]);
    expect(faults(...mended, enqueue('a', {}, { broke: { ...broke, fence: 2 } }))).toEqual(['disk']);
  });

  it('are laid to the machine that had the job, wherever the run is by now', () => {
    const moved = job(1, 'DISK_FULL') as Extract<Wish, { kind: 'news' }>;
    const lastJob = moved.news.lastJob && { ...moved.news.lastJob, runnerId: 'another' };
    expect(faults({ ...moved, news: { ...moved.news, lastJob } })).toEqual([]);
  });

  it('are closed by a person, and by another life of the machine', () => {
    expect(faults(job(1, 'DISK_FULL'), { kind: 'check_runner', runnerId: 'runner' })).toEqual([]);
    expect(faults(job(1, 'DISK_FULL'), announce({ lifeId: 'life-2' }))).toEqual([]);
  });
});

describe('doorbells', () => {
  const bells = Array.from({ length: 20 }, (_, n) => `r${n}`);
  const machines = bells.flatMap((runnerId) => [
    settings({ runnerId, ownerId: runnerId === 'r0' ? 'bob' : 'ann' }),
    announce({}, runnerId),
  ]);

  it('ring at a few machines that can serve the need, the least busy first; the others are left in peace', () => {
    const working = [...queued('x', {}, 9), pull(1, 'r1'), ack('lease r1 0')];
    const state = after(...machines, ...working, ...queued('a', {}, 9));
    const rung = runnersToRing(state, offered(state, 200_000), { bells, now: 200_000 });
    expect([...rung]).toEqual(['r2', 'r3', 'r4']);
  });

  it('ring for no more runs than may begin', () => {
    const state = after(...machines, ...['a', 'b', 'c'].flatMap((id) => queued(id, {}, 1)));
    expect(runnersToRing(state, offered(state, 200_000), { bells, now: 200_000 }).size).toBe(3);
  });
});
