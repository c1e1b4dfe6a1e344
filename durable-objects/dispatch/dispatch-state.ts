import type { AnnounceLife, MachineNeed } from '@specwright/protocol/pull.ts';

/**
 * What an organisation's dispatch knows. Small tables, one record a row:
 *
 *   start ──▶ runs: creating ──▶ live ──▶ (gone at rest)        one live run per spec
 *   need  ──▶ entries: waits for a slot ──▶ shown ──▶ leased ──▶ acknowledged (gone)
 *                                             ▲─────────┘ 5 s without acknowledgement
 */
export interface DispatchState {
  runs: Record<string, LiveRun>;
  entries: Record<string, Entry>;
  projects: Record<string, ProjectLimit>;
  runners: Record<string, KnownRunner>;
  endings: Record<string, Ending>;
}

/** A run that is being made or is not at rest. */
export interface LiveRun {
  runId: string;
  projectId: string;
  specId: string;
  state: 'creating' | 'live';
  /** True while it counts against its project's limit. */
  slot: boolean;
  /** Opened again: a late word of its earlier rest proves nothing. */
  reopened: boolean;
  addedAt: number;
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

export interface ProjectLimit {
  projectId: string;
  maxActive: number;
}

/** A runner as its latest life announced it. */
export interface KnownRunner {
  runnerId: string;
  name: string;
  lifeId: string;
  version: string;
  slots: number;
  found: AnnounceLife['found'];
  lastSeenAt: number;
}

/** A life that is over, and the runs that have not been told yet. */
export interface Ending {
  lifeId: string;
  untold: string[];
}

export const EMPTY_DISPATCH: DispatchState = { runs: {}, entries: {}, projects: {}, runners: {}, endings: {} };

/** The live run of a spec, or of none. */
export function liveRunOf(state: DispatchState, specId: string): LiveRun | null {
  return Object.values(state.runs).find((run) => run.specId === specId) ?? null;
}

/** Entries that a runner may be given now, oldest first. */
export function shownEntries(state: DispatchState, now: number): Entry[] {
  return inOrder(state).filter((entry) => state.runs[entry.runId]?.slot === true && entry.visibleAt <= now);
}

/** Why an entry is not offered; null: it is. */
export function waitReason(state: DispatchState, entry: Entry): string | null {
  const run = state.runs[entry.runId];
  if (!run || run.slot) return null;
  const { maxActive } = state.projects[run.projectId] ?? { maxActive: 1 };
  return `All ${maxActive} worker slots of the project are in use; it starts when one is free.`;
}

/** Entries by the time they were added; ids break ties. */
export function inOrder(state: DispatchState): Entry[] {
  return Object.values(state.entries).sort((a, b) => a.addedAt - b.addedAt || (a.runId < b.runId ? -1 : 1));
}

export function slotsTaken(state: DispatchState, projectId: string): number {
  return Object.values(state.runs).filter((run) => run.projectId === projectId && run.slot).length;
}
