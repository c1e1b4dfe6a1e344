import { countActiveTime } from './evolve/active-time.ts';
import { applyAttemptEvent } from './evolve/attempt-events.ts';
import { applyChunkEvent } from './evolve/chunk-events.ts';
import { createRun } from './evolve/create-run.ts';
import { applyLeaseEvent } from './evolve/lease-events.ts';
import { noteDecision } from './evolve/phase-decisions.ts';
import { applyPhaseEvent } from './evolve/phase-events.ts';
import { applyQuestionEvent } from './evolve/question-events.ts';
import { applyRunEvent } from './evolve/run-events.ts';
import { upcast } from './evolve/upcast.ts';
import type { StoredEvent } from './run-event.ts';
import type { RunState } from './run-state.ts';

/** A log that cannot be folded: its first event is not `run_created`, or a number is missing. A bug, never a refusal. */
export class BrokenLogError extends Error {
  override name = 'BrokenLogError';
}

/**
 * Folds one event into a run's state. Pure; shares every part of the state that the event leaves alone.
 * An event that the state already holds changes nothing.
 * @throws BrokenLogError when the event is not the next one.
 */
export function evolve(state: RunState | null, event: StoredEvent): RunState {
  if (state === null) return initialRunState(event);
  if (event.seq <= state.seq) return state;
  if (event.seq !== state.seq + 1) throw new BrokenLogError(`event ${event.seq} cannot follow ${state.seq}`);
  const lifted = upcast(event);
  const next = { ...state, seq: lifted.seq, updatedAt: lifted.at };
  apply(next, lifted);
  if (next.phase !== undefined) noteDecision(next, lifted);
  if (next.status !== state.status || next.question !== state.question) countActiveTime(next, lifted.at);
  return next;
}

/** The state that a run begins with: its first event, folded. */
export function initialRunState(event: StoredEvent): RunState {
  if (event.kind !== 'run_created' || event.seq !== 1) throw new BrokenLogError(`a log cannot begin with ${event.kind} ${event.seq}`);
  return createRun(upcast(event) as typeof event);
}

/** Folds a whole log, or what follows a snapshot. */
export function foldRun(events: Iterable<StoredEvent>, from: RunState | null = null): RunState | null {
  let state = from;
  for (const event of events) state = evolve(state, event);
  return state;
}

// `next` is a fresh shallow copy: its fields may be replaced, what they point at may not be changed.
function apply(next: RunState, event: StoredEvent): void {
  switch (event.kind) {
    // The frequent ones that leave nothing behind but their number come first.
    case 'tool_called':
    case 'text_written':
    case 'step_ended':
    case 'agent_retried':
    case 'noticed':
    case 'evidence_recorded':
    case 'machine_requested':
      return;
    case 'facts_received':
      next.received = { ...next.received, [event.fence]: event.last };
      return;
    case 'run_created':
      throw new BrokenLogError('a run is created once');
    case 'lease_granted':
    case 'lease_lapsed':
    case 'lease_ended':
    case 'reconciled':
      applyLeaseEvent(next, event);
      return;
    case 'job_ordered':
    case 'step_started':
    case 'agent_started':
    case 'usage_reported':
    case 'check_ended':
    case 'diagnosed':
    case 'review_ended':
    case 'job_held':
    case 'attempt_ended':
    case 'attempt_lost':
    case 'attempt_corrected':
      applyAttemptEvent(next, event);
      return;
    case 'question_asked':
    case 'question_answered':
    case 'question_closed':
      applyQuestionEvent(next, event);
      return;
    case 'chunk_adopted':
    case 'chunk_started':
    case 'fix_chunk_started':
    case 'fix_chunk_created':
    case 'chunk_completed':
    case 'chunk_failed':
    case 'chunk_skipped':
    case 'chunk_reset':
    case 'plan_changed':
      applyChunkEvent(next, event);
      return;
    case 'phase_seen':
    case 'phase_planned':
    case 'batches_found':
    case 'merge_approved':
    case 'merge_postponed':
    case 'budget_raised':
      applyPhaseEvent(next, event);
      return;
    default:
      applyRunEvent(next, event);
      return;
  }
}
