import type { EventOf } from '../run-event.ts';
import type { Attempt, CheckOutcome, RunState } from '../run-state.ts';
import { NO_USAGE } from '../usage-sum.ts';
import { applyAttemptEnd } from './attempt-end.ts';
import { changeAttempt, changeItem } from './items.ts';

type AttemptEvent = EventOf<
  | 'job_ordered'
  | 'step_started'
  | 'agent_started'
  | 'usage_reported'
  | 'check_ended'
  | 'diagnosed'
  | 'review_ended'
  | 'job_held'
  | 'attempt_ended'
  | 'attempt_lost'
  | 'attempt_corrected'
>;

/** What happens within an attempt, from its order to its end. */
export function applyAttemptEvent(next: RunState, event: AttemptEvent & { at: number }): void {
  switch (event.kind) {
    case 'job_ordered':
      order(next, event);
      return;
    case 'step_started':
      if (next.job !== null) next.job = { ...next.job, step: event.step, held: false };
      // The runner has the job in hand: what stood above its base is gone.
      next.resetTo = null;
      changeItem(next, event.chunkId, (item) => ({
        status: event.step === 'review' || event.step === 'promote' ? 'reviewing' : 'running',
        attempts: changeAttempt(item, event.jobId, () => ({ step: event.step })),
      }));
      return;
    case 'agent_started':
      if (event.role !== 'executor') return;
      changeOne(next, event, () => ({ agent: event.agent, model: event.model, ...sessionOf(next, event) }));
      return;
    case 'usage_reported':
      if (next.job !== null) next.job = { ...next.job, usage: event.usage };
      return;
    case 'check_ended':
      changeOne(next, event, (attempt) => ({ checks: [...attempt.checks, checkOf(event)] }));
      return;
    case 'diagnosed': {
      const { diagnosis, message, usage } = event;
      changeOne(next, event, () => ({ diagnosis: { diagnosis, message, usage } }));
      return;
    }
    case 'review_ended':
      if (next.job !== null) next.job = { ...next.job, fixChunkId: event.fixChunkId };
      changeItem(next, event.chunkId, (item) => ({
        verdict: event.verdict,
        attempts: changeAttempt(item, event.jobId, () => ({ verdict: event.verdict })),
      }));
      return;
    case 'job_held':
      if (next.job !== null) next.job = { ...next.job, held: true };
      return;
    default:
      applyAttemptEnd(next, event);
      return;
  }
}

function changeOne(next: RunState, of: { chunkId: string; jobId: string }, change: (attempt: Attempt) => Partial<Attempt>): void {
  changeItem(next, of.chunkId, (item) => ({ attempts: changeAttempt(item, of.jobId, change) }));
}

// Chunks are never healed in a fork: their state stays as it was.
function sessionOf({ phase, lease }: RunState, event: EventOf<'agent_started'>): Pick<Attempt, 'session'> {
  if (phase === undefined || lease === null || event.sessionId === null) return {};
  return { session: { id: event.sessionId, agentType: event.type, runnerId: lease.runnerId } };
}

// A passed check's output stays in its piece: three hundred chunks of it would be the bulk of the state.
function checkOf(event: EventOf<'check_ended'>): CheckOutcome {
  const { name, command, required, exitCode, durationMs, piece, tail } = event;
  return { name, command, required, exitCode, durationMs, piece, tail: exitCode === 0 ? '' : tail };
}

function order(next: RunState, event: EventOf<'job_ordered'> & { at: number }): void {
  const { jobId, chunkId, attempt, attemptKind: kind, continueFrom, reservedMicros, reservedTokens } = event;
  const fence = next.fence;
  next.job = {
    id: jobId,
    itemId: chunkId,
    fence,
    attempt,
    kind,
    continueFrom,
    step: null,
    held: false,
    fixChunkId: null,
    reservedMicros,
    reservedTokens,
    usage: NO_USAGE,
    orderedAt: event.at,
  };
  changeItem(next, chunkId, (item) => ({ status: 'running', attempts: [...item.attempts, freshAttempt(event, fence)] }));
}

function freshAttempt(event: EventOf<'job_ordered'> & { at: number }, fence: number): Attempt {
  return {
    jobId: event.jobId,
    attempt: event.attempt,
    kind: event.attemptKind,
    fence,
    step: null,
    result: null,
    code: null,
    message: '',
    checks: [],
    verdict: null,
    snapshot: null,
    diffPiece: null,
    diffStat: null,
    usage: NO_USAGE,
    durationMs: 0,
    startedAt: event.at,
    endedAt: null,
    agent: null,
    model: null,
  };
}
