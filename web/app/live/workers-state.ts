import type { ProjectSlots, QueueItem, QueueUpdate, WorkerEvent, WorkerInfo, WorkersPage } from '@specwright/protocol/workers-api.ts';

/** All that a page knows of workers and queues, over all projects that its person sees. */
export interface WorkersState {
  workers: WorkerInfo[];
  projects: ProjectSlots[];
  /** In order, by project. */
  queues: Record<string, QueueItem[]>;
  /** What the organisation allows at once, over all its projects. */
  organisationMax: number;
  /** The number of the last beginning or end that was heard; null before the first. */
  seq: number | null;
  /** Something was said of a project that is not known here: all must be read again. */
  stale: boolean;
}

export function startWorkers(page: WorkersPage, queue: readonly QueueItem[]): WorkersState {
  const queues = Object.fromEntries(
    page.projects.map(({ projectId }) => [projectId, queue.filter((item) => item.projectId === projectId)]),
  );
  return { workers: page.items, projects: page.projects, queues, organisationMax: page.organisationMax, seq: null, stale: false };
}

/** Folds one event. What is said twice changes nothing. */
export function receiveWorkers(state: WorkersState, event: WorkerEvent): WorkersState {
  const seq = event.seq ?? state.seq;
  switch (event.event) {
    case 'worker_completed':
    case 'worker_failed':
      return { ...state, seq, workers: state.workers.filter((worker) => worker.id !== event.data.id) };
    case 'queue_updated':
      return { ...receiveQueue(state, event.data), seq };
    case 'worker_started':
    case 'worker_progress':
      return { ...state, seq, workers: put(state.workers, event.data) };
  }
}

/**
 * Takes in what was read anew, beside what the socket has said since it was asked for: that is newer.
 * @param touched ids of workers and projects that events spoke of meanwhile
 */
export function reconcileWorkers(state: WorkersState, read: WorkersState, touched: ReadonlySet<string>): WorkersState {
  const kept = state.workers.filter((worker) => touched.has(worker.id));
  const others = read.workers.filter((worker) => !touched.has(worker.id));
  const known = new Map(state.projects.map((project) => [project.projectId, project]));
  const projects = read.projects.map((project) => {
    const { active, max, paused } = (touched.has(project.projectId) && known.get(project.projectId)) || project;
    return warned({ ...project, active, max, paused });
  });
  const queues = { ...read.queues };
  for (const [id, items] of Object.entries(state.queues)) if (touched.has(id) && queues[id]) queues[id] = items;
  return { ...read, workers: inPlace(state.workers, [...others, ...kept]), projects, queues, seq: state.seq, stale: false };
}

export function activeOf({ projects }: WorkersState): number {
  return projects.reduce((sum, project) => sum + project.active, 0);
}

export function maxOf({ projects, organisationMax }: WorkersState): number {
  const allowed = projects.reduce((sum, project) => sum + project.max, 0);
  return Math.min(allowed, organisationMax);
}

/** "All worker slots in use (5/5). New specs will be queued."; null while one is free. */
export function slotWarning(active: number, max: number): string | null {
  return max > 0 && active >= max ? `All worker slots in use (${active}/${max}). New specs will be queued.` : null;
}

function receiveQueue(state: WorkersState, { projectId, active, max, organisationMax, paused, items }: QueueUpdate): WorkersState {
  if (!state.projects.some((project) => project.projectId === projectId)) return { ...state, stale: true };
  const projects = state.projects.map((project) =>
    project.projectId === projectId ? warned({ ...project, active, max, paused }) : project,
  );
  // A worker that gave its slot back and queues again is no worker now, and nothing else says so.
  const workers = state.workers.filter((worker) => !items.some((item) => item.id === worker.id));
  return { ...state, workers, projects, organisationMax, queues: { ...state.queues, [projectId]: items } };
}

function warned(project: ProjectSlots): ProjectSlots {
  return { ...project, warning: slotWarning(project.active, project.max) };
}

/** A worker keeps its place. One that waits for a machine keeps its reason until another is said. */
function put(workers: WorkerInfo[], worker: WorkerInfo): WorkerInfo[] {
  const known = workers.find(({ id }) => id === worker.id);
  if (!known) return [...workers, worker];
  const wait = worker.wait ?? (worker.runStatus === 'queued' ? known.wait : null);
  return workers.map((other) => (other.id === worker.id ? { ...worker, wait } : other));
}

function inPlace(before: WorkerInfo[], after: WorkerInfo[]): WorkerInfo[] {
  const place = new Map(before.map((worker, at) => [worker.id, at]));
  const placeOf = (worker: WorkerInfo) => place.get(worker.id) ?? before.length;
  return [...after].sort((a, b) => placeOf(a) - placeOf(b));
}
