import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { KnownRunner, RunnerSettings } from './runner-state.ts';

/**
 * What an organisation's dispatch knows. Small tables, one record a row:
 *
 *   start ──▶ runs: creating ──▶ live, in its project's line ──▶ has a slot ──▶ (gone at rest)      one live run per spec
 *   need  ──▶ entries: shown ──▶ leased to a runner that can do it ──▶ acknowledged (gone)
 *                        ▲─────────┘ 5 s without acknowledgement
 *
 * A slot is taken when a runner is given the run, and given back when the run rests.
 */
export interface DispatchState {
  runs: Record<string, LiveRun>;
  entries: Record<string, Entry>;
  projects: Record<string, ProjectLine>;
  runners: Record<string, KnownRunner>;
  settings: Record<string, RunnerSettings>;
  endings: Record<string, Ending>;
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
  /** Opened again: a late word of its earlier rest proves nothing. */
  reopened: boolean;
  addedAt: number;
  addedBy: Actor | null;
  /** The runner that acknowledged it; null: it asks for one. */
  runnerId: string | null;
  /** The newest need that was heard, by the run's clock. */
  askedAt: number;
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

/** A project's line of runs, and how many of them may be at work at once. */
export interface ProjectLine {
  projectId: string;
  maxActive: number;
}

/** A life or a runner that is over, and the runs that have not been told yet. */
export interface Ending {
  /** The life's id or the runner's. */
  id: string;
  of: 'life' | 'runner';
  untold: string[];
}

export const EMPTY_DISPATCH: DispatchState = { runs: {}, entries: {}, projects: {}, runners: {}, settings: {}, endings: {} };

/** The live run of a spec, or none. */
export function liveRunOf(state: DispatchState, specId: string): LiveRun | null {
  return Object.values(state.runs).find((run) => run.specId === specId) ?? null;
}
