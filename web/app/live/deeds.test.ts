import type { Deed, QueueItem, WorkerEvent, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { describe, expect, test } from 'vitest';
import { summed, type Told, toldBy } from './deeds.ts';
import { startWorkers } from './workers-state.ts';

const ada = { id: 'u1', name: 'Ada' };
const entry = (id: string, addedBy = ada) =>
  ({ id, projectId: 'p1', specTitle: `Spec ${id}`, position: 2, priority: 7, addedBy }) as QueueItem;
const project = { projectId: 'p1', projectName: 'money', active: 0, max: 2, fairSharing: false, paused: null, warning: null };
const state = startWorkers({ items: [], nextCursor: null, active: 0, max: 2, warning: null, projects: [project], organisationMax: 20 }, [
  entry('a'),
]);

function queueDeed(did: string, more: { runId?: string | null; paused?: object | null; items?: QueueItem[] } = {}): WorkerEvent {
  const { runId = 'a', paused = null, items = [entry('a')] } = more;
  const by: Deed = { actor: ada, did, runId, specTitle: runId && `Spec ${runId}` };
  return { event: 'queue_updated', seq: null, at: 1, data: { projectId: 'p1', active: 0, max: 2, paused, items, by } as never };
}

function workerEvent(event: 'worker_progress' | 'worker_failed' | 'worker_completed', more: object): WorkerEvent {
  const worker = { id: 'a', specTitle: 'Spec a', runStatus: 'running', error: null } as WorkerInfo;
  return { event, seq: event === 'worker_progress' ? null : 1, at: 1, data: { ...worker, ...more } } as WorkerEvent;
}

const texts = (event: WorkerEvent, ownId = 'u2') => toldBy(state, event, ownId).map(({ text }) => text);
const deed = (did: string): Deed => ({ actor: ada, did, runId: 'a', specTitle: 'Spec a' });

describe('the others are told', () => {
  test.each<[string, WorkerEvent]>([
    ['Ada moved Spec a to place 2', queueDeed('reorder')],
    ['Ada gave Spec a priority 7', queueDeed('prioritise')],
    ['Ada removed Spec a from the queue', queueDeed('remove', { items: [] })],
    ['Ada paused the queue of money', queueDeed('pause_project', { runId: null, paused: { by: ada, at: 1 } })],
    ['Ada resumed the queue of money', queueDeed('pause_project', { runId: null })],
    ['Ada paused Spec a', workerEvent('worker_progress', { by: deed('pause') })],
    ['Ada answered a question of Spec a', workerEvent('worker_progress', { by: deed('answer') })],
    ['Ada stopped Spec a', workerEvent('worker_failed', { runStatus: 'cancelled', by: deed('stop') })],
    ['Spec a was stopped', workerEvent('worker_failed', { runStatus: 'cancelled' })],
    ['Spec a failed: No disk.', workerEvent('worker_failed', { runStatus: 'failed', error: { code: 'X', message: 'No disk.' } })],
    ['Spec a is completed', workerEvent('worker_completed', {})],
  ])('%s', (text, event) => {
    expect(texts(event)).toEqual([text]);
  });

  test('who queued what', () => {
    expect(texts(queueDeed('', { runId: null, items: [entry('a'), entry('b')] }))[0]).toBe('Ada queued Spec b');
  });

  test('nothing of what they did themselves, nor of how a worker gets on', () => {
    expect(texts(queueDeed('reorder', { items: [entry('a'), entry('b')] }), 'u1')).toEqual([]);
    expect(texts(workerEvent('worker_failed', { runStatus: 'cancelled', by: deed('stop') }), 'u1')).toEqual([]);
    expect(texts(workerEvent('worker_progress', {}))).toEqual([]);
  });
});

test('who stopped it was told with the wish: its end is not told again', () => {
  const stopping = { ...state, workers: [{ id: 'a', runStatus: 'stopping' } as WorkerInfo] };
  expect(toldBy(stopping, workerEvent('worker_failed', { runStatus: 'cancelled' }), 'u2')).toEqual([]);
});

test('many at once are told as one, those of one kind together', () => {
  const told = (many: string | null): Told => ({ text: 'x', tone: 'plain', runId: 'a', many });
  expect(summed([told('Ada stopped'), told('Completed')], 2)).toHaveLength(2);
  expect(summed([told('Ada stopped'), told('Completed'), told('Ada stopped'), told(null)], 2)).toEqual([
    { text: 'Ada stopped 2 specs, Completed 1 spec, 1 change', tone: 'plain', runId: null, many: null },
  ]);
});
