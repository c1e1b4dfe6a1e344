import type { ProjectSlots, QueueItem, WorkerEvent, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { describe, expect, test } from 'vitest';
import { activeOf, maxOf, receiveWorkers, reconcileWorkers, startWorkers, type WorkersState } from './workers-state.ts';

const worker = (id: string, more: Partial<WorkerInfo> = {}) =>
  ({ id, projectId: 'p1', runStatus: 'running', wait: null, ...more }) as WorkerInfo;
const entry = (id: string) => ({ id, projectId: 'p1', specTitle: id }) as QueueItem;
const slots = (more: Partial<ProjectSlots> = {}): ProjectSlots => ({
  ...{ projectId: 'p1', projectName: 'money', active: 1, max: 2, fairSharing: false, paused: null, warning: null },
  ...more,
});

function state(workers: WorkerInfo[], queue: QueueItem[] = [], projects = [slots()], max = 2): WorkersState {
  return startWorkers({ items: workers, nextCursor: null, active: 1, max, warning: null, projects, organisationMax: max }, queue);
}

const progress = (data: WorkerInfo): WorkerEvent => ({ event: 'worker_progress', seq: null, at: 1, data });
const ended = (id: string, seq: number): WorkerEvent => ({ event: 'worker_completed', seq, at: 1, data: worker(id) });
const queued = (items: QueueItem[], more: object = {}): WorkerEvent => ({
  ...{ event: 'queue_updated', seq: null, at: 1 },
  data: { projectId: 'p1', active: 2, max: 2, organisationMax: 20, paused: null, items, by: null, ...more },
});
const ids = (list: { id: string }[] | undefined) => list?.map(({ id }) => id);

describe('a page folds what is said of workers and queues', () => {
  test('a worker keeps its place, a new one stands last, one that ended is gone', () => {
    let now = state([worker('a'), worker('b')]);
    now = receiveWorkers(now, progress(worker('a', { runStatus: 'pausing' })));
    now = receiveWorkers(now, { event: 'worker_started', seq: 4, at: 1, data: worker('c') });
    expect(ids(now.workers)).toEqual(['a', 'b', 'c']);
    expect(now.workers[0]?.runStatus).toBe('pausing');
    expect(now.seq).toBe(4);
    expect(ids(receiveWorkers(now, ended('b', 5)).workers)).toEqual(['a', 'c']);
  });

  test('one that waits keeps its reason until another is said', () => {
    const wait = { code: 'offline', message: 'No runner is online.', untilAt: null };
    const before = state([worker('a', { runStatus: 'queued', wait })]);
    expect(receiveWorkers(before, progress(worker('a', { runStatus: 'queued' }))).workers[0]?.wait).toEqual(wait);
    expect(receiveWorkers(before, progress(worker('a'))).workers[0]?.wait).toBeNull();
  });

  test('a queue is taken whole, with its slots and its warning', () => {
    const now = receiveWorkers(state([], [entry('x')]), queued([entry('y'), entry('x')]));
    expect(ids(now.queues.p1)).toEqual(['y', 'x']);
    expect([activeOf(now), maxOf(now)]).toEqual([2, 2]);
    expect(now.projects[0]?.warning).toBe('All worker slots in use (2/2). New specs will be queued.');
  });

  test('what queues again is no worker any more', () => {
    expect(receiveWorkers(state([worker('a')]), queued([entry('a')])).workers).toEqual([]);
  });

  test('a project that is not known here asks for a reading', () => {
    expect(receiveWorkers(state([]), queued([], { projectId: 'p9' })).stale).toBe(true);
  });

  test('the organisation may allow less than its projects together', () => {
    expect(maxOf(state([], [], [slots({ max: 5 }), slots({ projectId: 'p2', max: 5 })], 6))).toBe(6);
    expect(maxOf(state([], [], [slots({ max: 5 })], 5))).toBe(5);
  });
});

describe('a reading', () => {
  test('takes away what has ended unheard, and brings what is new', () => {
    const read = state([worker('b'), worker('d')], [entry('y')], [slots({ projectName: 'cash' })]);
    const now = reconcileWorkers(state([worker('a'), worker('b')], [entry('x')]), read, new Set());
    expect(ids(now.workers)).toEqual(['b', 'd']);
    expect(ids(now.queues.p1)).toEqual(['y']);
    expect(now.projects[0]?.projectName).toBe('cash');
  });

  test('is older than what was said since it was asked for', () => {
    let now = receiveWorkers(state([worker('a')], [entry('x')]), queued([entry('z')]));
    now = receiveWorkers(now, ended('a', 7));
    now = receiveWorkers(now, progress(worker('n')));
    const read = state([worker('a')], [entry('x')]);
    const after = reconcileWorkers(now, read, new Set(['p1', 'a', 'n']));
    expect(ids(after.workers)).toEqual(['n']);
    expect(ids(after.queues.p1)).toEqual(['z']);
    expect([after.projects[0]?.active, after.seq]).toEqual([2, 7]);
  });
});
