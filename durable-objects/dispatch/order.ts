import type { DispatchState, Entry, LiveRun } from './dispatch-state.ts';

/** Runs that have their slot first: they only look for another machine. Then the oldest; ids break ties. */
export function inOrder(state: DispatchState): LiveRun[] {
  return Object.values(state.runs).sort((a, b) => Number(b.slot) - Number(a.slot) || a.addedAt - b.addedAt || (a.runId < b.runId ? -1 : 1));
}

/** Needs in the order in which they are served. */
export function entriesInOrder(state: DispatchState): Entry[] {
  return inOrder(state).flatMap((run) => state.entries[run.runId] ?? []);
}
