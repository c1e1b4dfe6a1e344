import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, lineOf } from './dispatch-state.ts';

/** Folds one event into the tables. Records that did not change stay the same objects: the store writes only those that did. */
export function evolve(state: DispatchState, event: DispatchEvent): DispatchState {
  switch (event.kind) {
    case 'run_registered':
      return put(state, 'runs', event.run.runId, event.run);
    case 'run_went_live':
      return change(state, 'runs', event.runId, { state: 'live' });
    case 'run_left':
      return drop(drop(state, 'runs', event.runId), 'entries', event.runId);
    case 'run_told':
      return told(state, event);
    case 'line_set':
      return put(state, 'projects', event.projectId, { ...lineOf(state, event.projectId), ...event.change });
    case 'organisation_set':
      return put(state, 'organisation', 'all', { maxActive: event.maxActive });
    case 'slot_given':
      return change(state, 'runs', event.runId, { slot: true, slotAt: event.at, gaveBack: false, ...UNMOVED });
    case 'slot_returned':
      return change(state, 'runs', event.runId, { slot: false, front: event.front, gaveBack: event.front });
    case 'order_set':
      return event.places.reduce((next, { runId, ...place }) => change(next, 'runs', runId, { ...place, front: false }), state);
    case 'priority_set':
      return change(state, 'runs', event.runId, { priority: event.priority, ...UNMOVED, front: state.runs[event.runId]?.front ?? false });
    case 'removal_began':
      return drop(change(state, 'runs', event.runId, { removal: event.removal }), 'entries', event.runId);
    case 'resume_wanted':
      return change(state, 'runs', event.runId, { resume: event.resume });
    case 'run_resumed':
      return change(state, 'runs', event.runId, { resume: null, pausedAt: null });
    case 'quota_ended':
      return put(state, 'quotas', event.quota.fingerprint, event.quota);
    case 'quota_back':
      return drop(state, 'quotas', event.fingerprint);
    case 'runner_set':
      return put(state, 'settings', event.settings.runnerId, event.settings);
    case 'runner_revoked':
      return drop(drop(state, 'settings', event.runnerId), 'runners', event.runnerId);
    case 'runner_announced':
      return put(state, 'runners', event.runner.runnerId, event.runner);
    case 'runner_told':
      return change(state, 'runners', event.runnerId, event.told);
    case 'ending_opened':
      return put(state, 'endings', event.id, { id: event.id, of: event.of, by: event.by, untold: event.untold });
    case 'ending_told':
      return endingTold(state, event.id, event.runId);
    default:
      return evolveEntry(state, event);
  }
}

const UNMOVED = { front: false, rank: null, behind: null, byHand: false };

type EntryEvent = Extract<DispatchEvent, { kind: 'entry_put' | 'entry_removed' | 'entry_taken' | 'entry_leased' | 'entry_shown' }>;

function evolveEntry(state: DispatchState, event: EntryEvent): DispatchState {
  switch (event.kind) {
    case 'entry_put': {
      const asks = { runnerId: null, askedAt: event.askedAt, brokeFence: event.brokeFence };
      return put(change(state, 'runs', event.entry.runId, asks), 'entries', event.entry.runId, event.entry);
    }
    case 'entry_removed':
      return drop(state, 'entries', event.runId);
    case 'entry_taken':
      return drop(change(state, 'runs', event.runId, { runnerId: event.runnerId }), 'entries', event.runId);
    case 'entry_leased': {
      const { leaseId, heldBy, visibleAt } = event;
      const attempts = (state.entries[event.runId]?.attempts ?? 0) + 1;
      return change(state, 'entries', event.runId, { leaseId, heldBy, visibleAt, attempts });
    }
    case 'entry_shown':
      return change(state, 'entries', event.runId, { leaseId: null, heldBy: null, visibleAt: event.visibleAt });
  }
}

// A run that works has what it wished for.
function told(state: DispatchState, { news, pausedAt, runnerId }: Extract<DispatchEvent, { kind: 'run_told' }>): DispatchState {
  const resume = news.status === 'paused' ? (state.runs[news.runId]?.resume ?? null) : null;
  return change(state, 'runs', news.runId, { news, pausedAt, runnerId, resume });
}

function endingTold(state: DispatchState, id: string, runId: string): DispatchState {
  const ending = state.endings[id];
  if (!ending) return state;
  const untold = ending.untold.filter((other) => other !== runId);
  return untold.length === 0 ? drop(state, 'endings', id) : put(state, 'endings', id, { ...ending, untold });
}

type Table = keyof DispatchState;
type RecordOf<T extends Table> = DispatchState[T][string];

function put<T extends Table>(state: DispatchState, table: T, id: string, record: RecordOf<T>): DispatchState {
  return { ...state, [table]: { ...state[table], [id]: record } };
}

function change<T extends Table>(state: DispatchState, table: T, id: string, change: Partial<RecordOf<T>>): DispatchState {
  const record = state[table][id];
  return record ? put(state, table, id, { ...record, ...change } as RecordOf<T>) : state;
}

function drop(state: DispatchState, table: Table, id: string): DispatchState {
  if (!(id in state[table])) return state;
  const { [id]: _, ...rest } = state[table];
  return { ...state, [table]: rest };
}
