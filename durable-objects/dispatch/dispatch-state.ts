import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { KnownRunner, RunnerSettings } from './runner-state.ts';

/**
 * What an organisation's dispatch knows. Small tables, one record a row:
 *
 *   start ──▶ runs: creating ──▶ live, in its project's line ──▶ has a slot ──▶ (gone at rest)      one live run per spec
 *   need  ──▶ entries: shown ──▶ leased to a runner that can do it ──▶ acknowledged (gone)
 *                        ▲─────────┘ 5 s without acknowledgement
 *
 * A slot is taken when a runner is given the run, and given back when the run rests; or when it was paused for longer than its
 * project allows: then a resume waits at the front of the line.
 */
export interface DispatchState {
  runs: Record<string, LiveRun>;
  entries: Record<string, Entry>;
  projects: Record<string, ProjectLine>;
  runners: Record<string, KnownRunner>;
  settings: Record<string, RunnerSettings>;
  endings: Record<string, Ending>;
  /** Accounts whose quota is at its end, by fingerprint. */
  quotas: Record<string, Quota>;
  /** One record, `all`. */
  organisation: Record<string, { maxActive: number }>;
}

/** A run that is being made or is not at rest. */
export interface LiveRun {
  runId: string;
  projectId: string;
  specId: string;
  specTitle: string;
  state: 'creating' | 'live';
  /** True while it counts against the limits. */
  slot: boolean;
  slotAt: number;
  /** Opened again: a late word of its earlier rest proves nothing. */
  reopened: boolean;
  addedAt: number;
  addedBy: Actor | null;
  /** Higher first. */
  priority: number;
  /** Its place at the top, before all that have none; lower first. */
  rank: number | null;
  /** The run that it stands right behind, by a person's hand. */
  behind: Behind | null;
  /** A person moved it. */
  byHand: boolean;
  /** It had its slot before: it goes before all others. */
  front: boolean;
  /** The runner that has it; null: it asks for one. */
  runnerId: string | null;
  /** The newest need that was heard, by the run's clock. */
  askedAt: number;
  /** The fence of the newest word that a machine gave it back broken: said again, it changes nothing. */
  brokeFence: number;
  news: RunNews | null;
  /** When the news first said that it is paused; null: it is not. */
  pausedAt: number | null;
  /** Its pause lasted so long that its slot was given back. */
  gaveBack: boolean;
  /** A person wants it to go on, and it has no slot yet. */
  resume: { actor: Actor | null } | null;
  /** A person took it out of the queue: it is offered to nobody, and stopped. */
  removal: { actor: Actor | null } | null;
}

/** Where a person's hand has put a run in its queue. */
export interface Placed {
  runId: string;
  rank: number | null;
  behind: Behind | null;
  /** False: it only makes room for another that was moved. */
  byHand: boolean;
}

/** Of two that stand behind the same run, the later one (`nth`) stands nearer to it. */
export interface Behind {
  runId: string;
  nth: number;
}

/** One need of a machine; at most one per run. */
export interface Entry {
  runId: string;
  messageId: string;
  need: MachineNeed;
  addedAt: number;
  visibleAt: number;
  leaseId: string | null;
  heldBy: string | null;
  attempts: number;
}

/** A project's line of runs, and what is set for it. */
export interface ProjectLine {
  projectId: string;
  /** How many of its runs may be at work at once. */
  maxActive: number;
  /** Within a priority, members take turns. */
  fairSharing: boolean;
  /** A run that is paused for longer gives its slot back; null: it keeps it. */
  pausedSlotMs: number | null;
  paused: { by: Actor | null; at: number } | null;
  archived: boolean;
  /** It was deleted: nothing is begun in it any more. */
  gone: boolean;
  /** When its line was served last, counted over all lines: the one that waits longest is next. */
  turn: number;
}

/** What the project's row in D1 says. */
export type ProjectSettings = Pick<ProjectLine, 'maxActive' | 'fairSharing' | 'pausedSlotMs' | 'archived'>;

export interface Quota {
  fingerprint: string;
  untilAt: number;
  message: string;
}

/** A life or a runner that is over, and the runs that have not been told yet. */
export interface Ending {
  /** The life's id or the runner's. */
  id: string;
  of: 'life' | 'runner';
  /** Of a life: the runner that said so. It can end its own lives only. */
  by?: string;
  untold: string[];
}

export const EMPTY_DISPATCH: DispatchState = {
  ...{ runs: {}, entries: {}, projects: {}, runners: {}, settings: {}, endings: {}, quotas: {}, organisation: {} },
};

/** What a line is before anybody has set anything. */
export const PLAIN_LINE: Omit<ProjectLine, 'projectId'> = {
  ...{ maxActive: 5, fairSharing: false, pausedSlotMs: null, paused: null, archived: false, gone: false, turn: 0 },
};

/** What a run is when it is registered, beside what the registration says. */
export const PLAIN_RUN = {
  ...{ state: 'creating' as const, slot: false, slotAt: 0, rank: null, behind: null, byHand: false, front: false },
  ...{ runnerId: null, askedAt: 0, brokeFence: 0 },
  ...{ news: null, pausedAt: null, gaveBack: false, resume: null, removal: null },
};

/** The live run of a spec, or none. */
export function liveRunOf(state: DispatchState, specId: string): LiveRun | null {
  return Object.values(state.runs).find((run) => run.specId === specId) ?? null;
}

/** It stands in its project's queue: it wants to work and holds no slot. */
export function isQueued(run: LiveRun): boolean {
  if (run.slot) return false;
  return run.resume !== null || run.news === null || run.news.status === 'queued';
}

export function lineOf(state: DispatchState, projectId: string): ProjectLine {
  return state.projects[projectId] ?? { projectId, ...PLAIN_LINE };
}
