import type { Reason } from '@specwright/protocol/run-event.ts';
import { add, type Draft } from './decision.ts';
import { closeQuestion } from './questions.ts';

/** Ends the lease, if there is one; a job that is out under it is lost, and what it reserved counts as spent. */
export function loseLease(draft: Draft, reason: Reason): void {
  loseJob(draft);
  endLease(draft, reason);
}

export function endLease(draft: Draft, reason: Reason): void {
  const { lease } = draft.state;
  if (lease !== null) add(draft, { kind: 'lease_ended', fence: lease.fence, reason });
}

// The runner may have spent all that it was given; its journal corrects the charge if it is ever read.
function loseJob(draft: Draft): void {
  const { job } = draft.state;
  if (job === null) return;
  const { usage } = job;
  closeQuestion(draft, 'agent_gone');
  add(draft, {
    kind: 'attempt_lost',
    jobId: job.id,
    chunkId: job.itemId,
    attempt: job.attempt,
    chargedMicros: Math.max(0, job.reservedMicros - (usage.costMicros ?? 0)),
    chargedTokens: Math.max(0, job.reservedTokens - usage.inputTokens - usage.outputTokens),
  });
}
