import type { DispatchState } from './dispatch-state.ts';

/** A project that was never told its limit. */
const FEWEST = 1;

/** Counts slots while they are given out. */
export interface SlotCount {
  /** A run of this project may take one more slot. */
  hasRoom(projectId: string): boolean;
  take(projectId: string): void;
}

export function countSlots(state: DispatchState): SlotCount {
  const taken = new Map<string, number>();
  const add = (projectId: string) => taken.set(projectId, (taken.get(projectId) ?? 0) + 1);
  for (const run of Object.values(state.runs)) if (run.slot) add(run.projectId);
  return { hasRoom: (projectId) => (taken.get(projectId) ?? 0) < maxActiveOf(state, projectId), take: add };
}

export function slotsTaken(state: DispatchState, projectId: string): number {
  return Object.values(state.runs).filter((run) => run.projectId === projectId && run.slot).length;
}

export function maxActiveOf(state: DispatchState, projectId: string): number {
  return state.projects[projectId]?.maxActive ?? FEWEST;
}
