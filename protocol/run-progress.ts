import type { SpecStatus } from './api.ts';
import { findItem } from './evolve/items.ts';
import type { Reason } from './run-event.ts';
import { type Item, isAtRest, type RunState } from './run-state.ts';

export interface Progress {
  /** The chunk in hand, counted from 1: "Running 2/5"; all of them when none is left. */
  current: number;
  total: number;
  passed: number;
  failed: number;
}

/** How far a run is, counted over the chunks that it was asked to carry out. */
export function progressOf(state: RunState): Progress {
  const progress: Progress = { current: 0, total: 0, passed: 0, failed: 0 };
  let done = 0;
  for (const item of state.items) {
    if (item.kind !== 'chunk' || !item.selected) continue;
    progress.total += 1;
    if (item.status === 'completed') progress.passed += 1;
    if (item.status === 'failed') progress.failed += 1;
    if (item.status === 'completed' || item.status === 'skipped') done += 1;
  }
  progress.current = isAtRest(state) ? done : Math.min(done + 1, progress.total);
  return progress;
}

/** The item that is being worked on: what a job is out for, else what was begun and not ended. */
export function currentItem(state: RunState): Item | null {
  if (state.job !== null) return findItem(state, state.job.itemId) ?? null;
  if (isAtRest(state)) return null;
  return state.items.find((item) => item.kind === 'chunk' && (item.status === 'running' || item.status === 'reviewing')) ?? null;
}

/** Why it waits, or why it ended. */
export function reasonOf({ wait, reason }: Pick<RunState, 'wait' | 'reason'>): Reason | null {
  return wait?.reason ?? reason;
}

/** What is being done now, in a word; null: nothing. */
export function stepWord({ job, question }: Pick<RunState, 'job' | 'question'>): string | null {
  if (question) return 'asking';
  return job?.kind === 'heal' ? 'healing' : (job?.step ?? null);
}

/** The status that a run gives its spec. */
export function specStatusOf(state: RunState): SpecStatus {
  switch (state.status) {
    case 'completed':
    case 'cancelled':
      return state.status;
    case 'failed':
      return state.fault === 'machine' ? 'failed' : 'review';
    case 'queued':
      return state.startedAt === null ? 'queued' : 'running';
    default:
      return 'running';
  }
}

/** One or two words for the run's button and badge. */
export function statusLabel(state: RunState): string {
  const { current, total } = progressOf(state);
  if (state.status === 'running') return `Running ${current}/${total}…`;
  if (state.status === 'queued') return 'Waiting for a machine';
  if (state.status === 'waiting') return state.wait?.waitFor === 'person' ? 'Waiting for you' : 'Waiting';
  return { pausing: 'Pausing…', paused: 'Paused', stopping: 'Stopping…', completed: 'Completed', failed: 'Failed', cancelled: 'Stopped' }[
    state.status
  ];
}
