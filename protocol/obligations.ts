import type { Answers } from './question.ts';
import { isAtRest, type RunState } from './run-state.ts';

/** Durations that decide what is owed when. Milliseconds. */
export interface Rhythm {
  /** How long a lease outlives the last sign of life. */
  leaseMs: number;
  /** How often a waiting need is put on the jobs Queue again. */
  askAgainMs: number;
}

export const DEFAULT_RHYTHM: Rhythm = { leaseMs: 30_000, askAgainMs: 60_000 };

/** What must be true of the world outside a run, as long as the run is in this state. Making it true twice is harmless. */
export interface Obligations {
  /** An entry in the organisation's queue of runs that need a machine. */
  wantsMachine: boolean;
  /** A slot of the project. */
  holdsSlot: boolean;
  /** When an alarm must wake the run at the latest; null: nothing is to come but a person's word. */
  alarmAt: number | null;
}

/** @param lastHeardAt the last sign of life on the lease's socket, server's clock. */
export function obligations(state: RunState, now: number, lastHeardAt: number | null, rhythm: Rhythm): Obligations {
  return { wantsMachine: wantsMachine(state), holdsSlot: !isAtRest(state), alarmAt: alarmAt(state, now, lastHeardAt, rhythm) };
}

export function wantsMachine(state: RunState): boolean {
  return state.status === 'queued' && state.lease?.state !== 'held';
}

function alarmAt(state: RunState, now: number, lastHeardAt: number | null, rhythm: Rhythm): number | null {
  const due: number[] = [];
  if (isAtRest(state)) return null;
  if (state.lease?.state === 'held') due.push(leaseCheckAt(now, lastHeardAt, rhythm.leaseMs));
  if (state.status === 'waiting' && state.wait?.untilAt != null) due.push(state.wait.untilAt);
  if (wantsMachine(state)) due.push(now + rhythm.askAgainMs);
  return due.length === 0 ? null : Math.min(...due);
}

// A lease heard of lately is looked at once a lease; one gone quiet, exactly when it ends.
function leaseCheckAt(now: number, lastHeardAt: number | null, leaseMs: number): number {
  if (lastHeardAt === null) return now;
  return now - lastHeardAt < leaseMs / 2 ? now + leaseMs : Math.max(now, lastHeardAt + leaseMs);
}

/** A word that the run owes the runner that holds its lease. The object fills in a job's texts. */
export type Word =
  | { type: 'reset'; commit: string }
  | { type: 'job'; jobId: string }
  | { type: 'stop' | 'hold' | 'go_on'; jobId: string }
  | { type: 'answer'; jobId: string; questionId: string; answers: Answers };

/**
 * All that a runner must hear when it claims, or claims again: said twice, nothing happens twice. A reset is not said again: it may
 * come after the job's promotion. Was it lost, the promotion's compare-and-swap fails, and the reset is ordered with the next attempt.
 */
export function wordsOwed(state: RunState): Word[] {
  if (state.job === null || state.lease?.state !== 'held') return [];
  const words: Word[] = [{ type: 'job', jobId: state.job.id }];
  const bearing = bearingOf(state);
  if (bearing !== null) words.push({ type: bearing, jobId: state.job.id });
  return [...words, ...answersOwed(state)];
}

/** What a decision adds to what the runner has been told. */
export function newWords(before: RunState | null, after: RunState): Word[] {
  if (after.job === null || after.lease?.state !== 'held') return [];
  if (before?.job?.id !== after.job.id) {
    const reset: Word[] = after.resetTo === null ? [] : [{ type: 'reset', commit: after.resetTo }];
    return [...reset, ...wordsOwed(after).filter((word) => word.type !== 'go_on')];
  }
  const bearing = bearingOf(after);
  const said = bearingOf(before) === bearing && before.job.held === after.job.held;
  const bearings: Word[] = said || bearing === null ? [] : [{ type: bearing, jobId: after.job.id }];
  return before.job.answered === after.job.answered ? bearings : [...bearings, ...answersOwed(after)];
}

function answersOwed({ job }: RunState): Word[] {
  return job?.answered ? [{ type: 'answer', jobId: job.id, ...job.answered }] : [];
}

/** The lease that a decision ended: its runner is told `released`. */
export function leaseReleased(before: RunState | null, after: RunState): { lifeId: string; message: string } | null {
  const lease = before?.lease;
  if (!lease || after.lease?.fence === lease.fence) return null;
  return {
    lifeId: lease.lifeId,
    message: after.reason?.message ?? (isAtRest(after) ? `The run is ${after.status}.` : 'The lease has ended.'),
  };
}

/** The life whose lease a decision let lapse: its socket is closed, so that a runner which has only slept claims again at once. */
export function leaseLapsed(before: RunState | null, after: RunState): { lifeId: string } | null {
  const { lease } = after;
  return lease?.state === 'lapsed' && before?.lease?.state === 'held' ? { lifeId: lease.lifeId } : null;
}

function bearingOf(state: RunState): 'stop' | 'hold' | 'go_on' | null {
  if (state.status === 'stopping') return 'stop';
  if (state.status === 'pausing' || state.status === 'paused') return state.job?.held === true ? null : 'hold';
  return state.status === 'running' ? 'go_on' : null;
}
