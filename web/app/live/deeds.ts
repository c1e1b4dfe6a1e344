import type { Deed, QueueItem, WorkerEvent, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { plural } from '../ui/format.ts';
import type { WorkersState } from './workers-state.ts';

/** Something that the others hear of. */
export interface Told {
  text: string;
  tone: 'plain' | 'good' | 'bad';
  /** The worker that it is about. */
  runId: string | null;
  /** What many of the same kind are told as: "Ada stopped" (3 specs). */
  many: string | null;
}

/** What an event tells a person, seen before it is folded: who did what, and which worker ended. Their own deeds they know. */
export function toldBy(state: WorkersState, event: WorkerEvent, ownId: string): Told[] {
  if (event.event !== 'queue_updated') return toldOfWorker(event, ownId, state.workers.some(isStopping(event.data.id)));
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
  const counts = new Map<string, number>();
  for (const { many } of told) counts.set(many ?? '', (counts.get(many ?? '') ?? 0) + 1);
  const parts = [...counts].map(([many, count]) => (many === '' ? plural(count, 'change') : `${many} ${plural(count, 'spec')}`));
  return [plain(parts.join(', '), null)];
}

function toldOfWorker(event: Exclude<WorkerEvent, { event: 'queue_updated' }>, ownId: string, isTold: boolean): Told[] {
  const { by, ...worker } = event.data;
  const who = by && by.actor.id !== ownId ? by.actor.name : null;
  if (event.event === 'worker_completed')
    return [{ text: `${worker.specTitle} is completed`, tone: 'good', runId: worker.id, many: 'Completed' }];
  if (event.event === 'worker_failed' && worker.runStatus !== 'cancelled') return [failed(worker)];
  if (event.event === 'worker_failed') return toldOfStop(worker, { who, isOwn: by !== undefined && who === null, isTold });
  return by && who ? [plain(`${who} ${workerDeed(by)}`, worker.id, `${who} ${verbOf(by)}`)] : [];
}

/** Who wished it was told with the wish, where the page was open then. */
function toldOfStop(worker: WorkerInfo, { who, isOwn, isTold }: { who: string | null; isOwn: boolean; isTold: boolean }): Told[] {
  if (isOwn || isTold) return [];
  const text = who ? `${who} stopped ${worker.specTitle}` : `${worker.specTitle} was stopped`;
  return [plain(text, worker.id, who ? `${who} stopped` : 'Stopped')];
}

function failed({ id, specTitle, error }: WorkerInfo): Told {
  return { text: `${specTitle} failed${error ? `: ${error.message}` : ''}`, tone: 'bad', runId: id, many: 'Failed' };
}

const WORKER_DEEDS: Record<string, string> = {
  pause: 'paused',
  stop: 'stopped',
  resume: 'resumed',
  retry: 'retries a chunk of',
  skip: 'skipped a chunk of',
  raise_limits: 'raised the limits of',
  merge: 'decided on the merge of',
  answer: 'answered a question of',
};

function workerDeed(deed: Deed): string {
  return `${verbOf(deed)} ${deed.specTitle ?? 'a worker'}`;
}

function verbOf({ did }: Deed): string {
  return WORKER_DEEDS[did] ?? 'changed';
}

function isStopping(id: string) {
  return (worker: WorkerInfo) => worker.id === id && worker.runStatus === 'stopping';
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
  return fresh.map(({ id, specTitle, addedBy }) => plain(`${addedBy?.name} queued ${specTitle}`, id, `${addedBy?.name} queued`));
}

function plain(text: string, runId: string | null, many: string | null = null): Told {
  return { text, tone: 'plain', runId, many };
}
