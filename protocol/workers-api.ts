import { z } from 'zod';
import { startRunSchema } from './api.ts';
import type { Actor, Reason } from './run-event.ts';
import type { RunStatus } from './run-state.ts';

/** Bodies, answers and events of the routes about workers and the queue. Times: Unix milliseconds. A worker's id is its run's. */

/** idle: has its slot and no machine. paused: by a person, or until a person or a time comes. */
export type WorkerStatus = 'idle' | 'running' | 'paused' | 'completed' | 'failed';

/** A run that holds a slot, or was begun and is paused. */
export interface WorkerInfo {
  id: string;
  specId: string;
  projectId: string;
  specTitle: string;
  status: WorkerStatus;
  /** The run's own word, finer than `status`. */
  runStatus: RunStatus;
  currentChunkId: string | null;
  currentChunkTitle: string | null;
  /** executing, reviewing, or another step of the attempt; healing while a fix is made. */
  currentStep: string | null;
  progress: { current: number; total: number; passed: number; failed: number };
  startedAt: number | null;
  /** Time worked in closed stretches, and when the open one began. */
  activeMs: number;
  activeSince: number | null;
  /** Why it failed or waits. */
  error: Reason | null;
  runner: { id: string; name: string } | null;
  /** Millionths of a dollar; null: not priced. */
  costMicros: number | null;
  startedBy: Actor | null;
  /** False: it was paused for so long that its slot was given to another. */
  holdsSlot: boolean;
  /** Why it has no machine, or until when it waits for its provider's quota; else null. */
  wait: QueueWait | null;
}

export interface QueueWait {
  /** asking, offered, slot, paused_project, archived, quota, no_runner, offline, sharing, repository, executor, labels, paused, draining, fault, busy. */
  code: string;
  /** One sentence. */
  message: string;
  /** When it ends, where that is known. */
  untilAt: number | null;
  /** With code fault: machines that are out until somebody says "check again" of them. */
  machines?: { id: string; name: string; ownerId: string }[];
}

/** A run that waits in its project's queue. Its id is the run's. */
export interface QueueItem {
  id: string;
  specId: string;
  projectId: string;
  specTitle: string;
  /** Higher first; 0 where nobody said otherwise. */
  priority: number;
  /** From 1, in its project's queue. */
  position: number;
  /** A person has given it its place by hand. */
  moved: boolean;
  addedAt: number;
  addedBy: Actor | null;
  wait: QueueWait;
}

/** A project's slots. */
export interface ProjectSlots {
  projectId: string;
  projectName: string;
  active: number;
  max: number;
  fairSharing: boolean;
  /** Nothing new is begun; who said so. */
  paused: { by: Actor | null; at: number } | null;
  /** "All worker slots in use (5/5). New specs will be queued." */
  warning: string | null;
}

/** GET /api/workers: all projects that the caller sees. `max`: what these projects, or the organisation, allow at once. */
export interface WorkersPage {
  items: WorkerInfo[];
  nextCursor: null;
  active: number;
  max: number;
  warning: string | null;
  projects: ProjectSlots[];
  /** How many of the whole organisation may be at work at once, over all its projects. */
  organisationMax: number;
}

/** GET /api/queue, in order, project by project. */
export interface QueuePage {
  items: QueueItem[];
  nextCursor: null;
}

const prioritySchema = z.number().int().min(-100).max(100);
/** POST /api/workers and POST /api/queue. */
export const startWorkerSchema = startRunSchema.extend({ specId: z.string(), priority: prioritySchema.optional() });
export type StartWorker = z.infer<typeof startWorkerSchema>;

/** `worker` where it has begun, `queued` where it waits; both null: every chunk was done. */
export interface StartedWorker {
  id: string | null;
  attached: boolean;
  allComplete: boolean;
  worker: WorkerInfo | null;
  queued: QueueItem | null;
  warning: string | null;
}

/** POST /api/queue/reorder: puts an entry right before or right after another of the same project. */
export const reorderSchema = z
  .object({ id: z.string(), before: z.string().optional(), after: z.string().optional() })
  .refine(({ before, after }) => (before === undefined) !== (after === undefined), 'Give one of before and after.');

/** PATCH /api/queue/:runId */
export const prioritiseSchema = z.object({ priority: prioritySchema });

/** POST /api/workers/stop-all, /pause-all: of one project, else of all that the caller sees. */
export const allWorkersSchema = z.object({ projectId: z.string().optional() });
export interface AllWorkers {
  /** How many were told; how many refused, since they had come to rest. */
  told: number;
  refused: number;
}

/** POST /api/queue/pause, /resume: of a project. */
export const pauseProjectSchema = z.object({ projectId: z.string() });
/** PUT /api/queue/limit: how many runs of the whole organisation may be at work at once. */
export const organisationLimitSchema = z.object({ maxActive: z.number().int().min(1).max(500) });

/** A project's queue, whole, each time something in it changed. */
export interface QueueUpdate {
  projectId: string;
  active: number;
  max: number;
  /** Of the whole organisation. */
  organisationMax: number;
  paused: { by: Actor | null; at: number } | null;
  items: QueueItem[];
  /** Whose deed it was, where it was a person's. */
  by: Deed | null;
}

/** What a person did. `did`: reorder, prioritise, remove, pause_project, pause, stop, resume, retry, skip, raise_limits, merge or answer. */
export interface Deed {
  actor: Actor;
  did: string;
  /** The run that it was done to; null: the project's whole queue. */
  runId: string | null;
  specTitle: string | null;
}

/** A worker as it is now; `by`: whose deed made it so, where it was a person's. */
export type WorkerNews = WorkerInfo & { by?: Deed };

/**
 * What /api/workers/events (server-sent events) and /api/workers/socket say. Beginnings and ends are numbered, and said again to a reader who
 * comes with Last-Event-ID (or ?since=); the others are states: whoever comes gets them all as they are now. The socket with ?counts=true
 * says of queues only how many are at work and may be (`items` is empty), and nothing of how workers get on.
 */
export type WorkerEvent =
  | { event: 'worker_started' | 'worker_completed' | 'worker_failed'; seq: number; at: number; data: WorkerNews }
  | { event: 'worker_progress'; seq: null; at: number; data: WorkerNews }
  | { event: 'queue_updated'; seq: null; at: number; data: QueueUpdate };
