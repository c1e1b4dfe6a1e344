import type { DispatchEvent } from './dispatch-event.ts';
import type { DispatchState, Entry } from './dispatch-state.ts';

/** Folds one event into the tables. Records that did not change stay the same objects: the store writes only those that did. */
export function evolve(state: DispatchState, event: DispatchEvent): DispatchState {
  switch (event.kind) {
    case 'run_registered': {
      const { kind: _, at, ...run } = event;
      return { ...state, runs: { ...state.runs, [run.runId]: { ...run, state: 'creating', slot: false, addedAt: at } } };
    }
    case 'run_went_live':
      return withRun(state, event.runId, { state: 'live' });
    case 'slot_given':
      return withRun(state, event.runId, { slot: true });
    case 'run_left':
      return { ...state, runs: without(state.runs, event.runId), entries: without(state.entries, event.runId) };
    case 'limit_set':
      return { ...state, projects: { ...state.projects, [event.projectId]: { projectId: event.projectId, maxActive: event.maxActive } } };
    case 'entry_put':
      return { ...state, entries: { ...state.entries, [event.entry.runId]: event.entry } };
    case 'entry_removed':
      return { ...state, entries: without(state.entries, event.runId) };
    case 'entry_leased': {
      const attempts = (state.entries[event.runId]?.attempts ?? 0) + 1;
      return withEntry(state, event.runId, { leaseId: event.leaseId, heldBy: event.heldBy, visibleAt: event.visibleAt, attempts });
    }
    case 'entry_shown':
      return withEntry(state, event.runId, { leaseId: null, heldBy: null, visibleAt: event.visibleAt });
    case 'runner_announced':
      return { ...state, runners: { ...state.runners, [event.runner.runnerId]: event.runner } };
    case 'runner_seen':
      return withRunner(state, event.runnerId, event.at);
    case 'life_ended':
      return { ...state, endings: { ...state.endings, [event.lifeId]: { lifeId: event.lifeId, untold: event.untold } } };
    case 'ending_told':
      return told(state, event.lifeId, event.runId);
  }
}

function told(state: DispatchState, lifeId: string, runId: string): DispatchState {
  const untold = (state.endings[lifeId]?.untold ?? []).filter((id) => id !== runId);
  const endings = untold.length === 0 ? without(state.endings, lifeId) : { ...state.endings, [lifeId]: { lifeId, untold } };
  return { ...state, endings };
}

function withRun(state: DispatchState, runId: string, change: Partial<DispatchState['runs'][string]>): DispatchState {
  const run = state.runs[runId];
  return run ? { ...state, runs: { ...state.runs, [runId]: { ...run, ...change } } } : state;
}

function withEntry(state: DispatchState, runId: string, change: Partial<Entry>): DispatchState {
  const entry = state.entries[runId];
  return entry ? { ...state, entries: { ...state.entries, [runId]: { ...entry, ...change } } } : state;
}

function withRunner(state: DispatchState, runnerId: string, lastSeenAt: number): DispatchState {
  const runner = state.runners[runnerId];
  return runner ? { ...state, runners: { ...state.runners, [runnerId]: { ...runner, lastSeenAt } } } : state;
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = record;
  return rest;
}
