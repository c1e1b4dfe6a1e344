import type { Deed, QueueItem, WorkerEvent, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { plural } from '../ui/format.ts';
import type { WorkersState } from './workers-state.ts';

/** Something that the others hear of. */
export interface Told {
  text: string;
  tone: 'plain' | 'good' | 'bad';
  /** The worker that it is about. */
  runId: string | null;
}

/** What an event tells a person, seen before it is folded: who did what, and which worker ended. Their own deeds they know. */
export function toldBy(state: WorkersState, event: WorkerEvent, ownId: string): Told[] {
  if (event.event !== 'queue_updated') return toldOfWorker(event, ownId);
  const { by, items, projectId, paused } = event.data;
  const added = newcomers(state.queues[projectId], items, ownId);
  if (by === null || by.actor.id === ownId) return added;
  const project = state.projects.find((other) => other.projectId === projectId)?.projectName ?? 'a project';
  const item = items.find(({ id }) => id === by.runId);
  return [...added, plain(`${by.actor.name} ${queueDeed(by, { project, paused: paused !== null, item })}`, by.runId)];
}

/** Many at once are told as one. */
export function summed(told: Told[], most: number): Told[] {
  if (told.length <= most) return told;
  const ended = told.filter(({ tone }) => tone !== 'plain').length;
  const parts = [ended > 0 && `${plural(ended, 'worker')} ended`, told.length > ended && plural(told.length - ended, 'change')];
  return [plain(parts.filter(Boolean).join(', '), null)];
}

function toldOfWorker(event: Exclude<WorkerEvent, { event: 'queue_updated' }>, ownId: string): Told[] {
  const { by, ...worker } = event.data;
  const who = by && by.actor.id !== ownId ? by.actor.name : null;
  if (event.event === 'worker_completed') return [{ text: `${worker.specTitle} is completed`, tone: 'good', runId: worker.id }];
  if (event.event === 'worker_failed' && worker.runStatus !== 'cancelled') return [failed(worker)];
  if (event.event === 'worker_failed' && by && !who) return [];
  if (event.event === 'worker_failed')
    return [plain(who ? `${who} stopped ${worker.specTitle}` : `${worker.specTitle} was stopped`, worker.id)];
  return by && who ? [plain(`${who} ${workerDeed(by)}`, worker.id)] : [];
}

function failed({ id, specTitle, error }: WorkerInfo): Told {
  return { text: `${specTitle} failed${error ? `: ${error.message}` : ''}`, tone: 'bad', runId: id };
}

const WORKER_DEEDS: Record<string, string> = {
  pause: 'paused',
  stop: 'stopped',
  resume: 'resumed',
  retry: 'retries a chunk of',
  skip: 'skipped a chunk of',
  raise_limits: 'raised the limits of',
};

function workerDeed({ did, specTitle }: Deed): string {
  return `${WORKER_DEEDS[did] ?? 'changed'} ${specTitle ?? 'a worker'}`;
}

function queueDeed({ did, specTitle }: Deed, now: { project: string; paused: boolean; item: QueueItem | undefined }): string {
  const title = specTitle ?? 'a spec';
  switch (did) {
    case 'reorder':
      return `moved ${title}${now.item ? ` to place ${now.item.position}` : ''}`;
    case 'prioritise':
      return `gave ${title} priority ${now.item?.priority ?? ''}`.trimEnd();
    case 'remove':
      return `removed ${title} from the queue`;
    case 'pause_project':
      return `${now.paused ? 'paused' : 'resumed'} the queue of ${now.project}`;
    default:
      return workerDeed({ did, specTitle } as Deed);
  }
}

/** Entries that others have added since. */
function newcomers(before: QueueItem[] | undefined, after: QueueItem[], ownId: string): Told[] {
  if (before === undefined) return [];
  const known = new Set(before.map(({ id }) => id));
  const fresh = after.filter(({ id, addedBy }) => !known.has(id) && addedBy !== null && addedBy.id !== ownId);
  return fresh.map(({ id, specTitle, addedBy }) => plain(`${addedBy?.name} queued ${specTitle}`, id));
}

function plain(text: string, runId: string | null): Told {
  return { text, tone: 'plain', runId };
}
