import { findItem } from '@specwright/protocol/evolve/items.ts';
import { isSpent } from '@specwright/protocol/ledger.ts';
import { maxIterations } from '@specwright/protocol/run-invariants.ts';
import type { CurrentJob } from '@specwright/protocol/run-state.ts';
import type { FactOf } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from './decision.ts';
import { familyOf } from './family.ts';
import { afterFault } from './job-faults.ts';
import { endLease } from './lose-lease.ts';
import { cancel, proceed } from './next-job.ts';
import { afterPhaseFailure, pauseAfter, spendsPhase } from './phase/outcome.ts';
import { closeQuestion } from './questions.ts';

type Ended = FactOf<'job_ended'>;

/** A job has ended: its attempt is closed, and what its result means for the chunk and the run is decided. */
export function endAttempt(draft: Draft, reported: Ended): void {
  const { job } = draft.state;
  if (job === null) return;
  const fact = believed(draft, job, reported);
  const { jobId, result, code, message, snapshot, diffPiece, diffStat, usage, durationMs } = fact;
  closeQuestion(draft, 'withdrawn');
  add(draft, {
    kind: 'attempt_ended',
    ...{ jobId, chunkId: job.itemId, attempt: job.attempt, result, code, message, spent: spends(job, draft, result) },
    ...{ snapshot, diffPiece, diffStat, usage, durationMs },
  });
  const { phase } = familyOf(draft.state, job.itemId).root;
  if (result === 'passed') completeChunk(draft, job, fact);
  else if (phase !== undefined && isSpent(result)) afterPhaseFailure(draft, job.itemId, fact);
  else if (isSpent(result)) afterFailure(draft, job, fact);
  else afterFault(draft, fact);
  proceed(draft);
}

function spends(job: CurrentJob, { state }: Draft, result: Ended['result']): boolean {
  return isSpent(result) && (findItem(state, job.itemId)?.phase === undefined || spendsPhase(result));
}

// A pass counts only with its proof. What a runner claims without one is its own fault, and its commit is reset.
function believed(draft: Draft, job: CurrentJob, fact: Ended): Ended {
  if (fact.result !== 'passed') return fact;
  const verdict = attemptOf(draft, job)?.verdict;
  const stage = findItem(draft.state, job.itemId)?.phase?.stage;
  // Looking on, a command of the repository and merging need leave no commit of their own.
  const mayRest = stage === 'analyze' || stage === 'verify' || stage === 'merge' || stage === 'command';
  const isNew = fact.commit !== null && (mayRest || fact.commit !== draft.state.head);
  if (isNew && verdict?.verdict === 'pass') return fact;
  const lacks = isNew ? 'a passing review' : 'a commit of its own';
  return { ...fact, result: 'runner_fault', code: 'BRANCH_MOVED', message: `The runner reported a pass without ${lacks}.` };
}

function attemptOf(draft: Draft, job: CurrentJob) {
  return familyOf(draft.state, job.itemId).attempts.find((attempt) => attempt.jobId === job.id);
}

function completeChunk(draft: Draft, job: CurrentJob, fact: Ended): void {
  const { root } = familyOf(draft.state, job.itemId);
  add(draft, {
    kind: 'chunk_completed',
    chunkId: root.id,
    fixChunkId: root.id === job.itemId ? null : job.itemId,
    commit: fact.commit ?? '',
    summary: fact.summary,
    verdict: attemptOf(draft, job)?.verdict ?? null,
    adopted: false,
  });
  pauseAfter(draft, root);
}

function afterFailure(draft: Draft, job: CurrentJob, fact: Ended): void {
  const { root } = familyOf(draft.state, job.itemId);
  const most = maxIterations(draft.state);
  const { settings } = draft.state;
  if (fact.result === 'rejected' && root.heals >= settings.maxHeals)
    failChunk(draft, root.id, 'REJECTED', rejection(draft, job, fact), 'chunk');
  else if (root.spent >= most) {
    const message = `${root.key} has used its ${most} attempts. The last ended with: ${fact.message || fact.result}`;
    failChunk(draft, root.id, 'ATTEMPTS_SPENT', message, 'limit');
  } else if (fact.result === 'needs_fix' && job.itemId === root.id) createFix(draft, job, fact);
}

function rejection(draft: Draft, job: CurrentJob, fact: Ended): string {
  return attemptOf(draft, job)?.verdict?.summary || fact.message || 'The review rejected it.';
}

function createFix(draft: Draft, job: CurrentJob, fact: Ended): void {
  const { root } = familyOf(draft.state, job.itemId);
  const asked = attemptOf(draft, job)?.verdict?.requestedChanges ?? [];
  // Without a named fix the review never arrived: the chunk itself goes on.
  if (job.fixChunkId === null) return;
  add(draft, {
    kind: 'fix_chunk_created',
    chunkId: job.fixChunkId,
    parentId: root.id,
    key: `${root.key}-fix`,
    title: `Fix: ${root.title}`,
    textPiece: root.textPiece,
    requestedChanges: asked.length > 0 ? asked : [fact.message || 'See the review.'],
  });
}

function failChunk(draft: Draft, chunkId: string, code: string, message: string, fault: 'chunk' | 'limit'): void {
  const reason = { code, message };
  add(draft, { kind: 'chunk_failed', chunkId, reason });
  if (draft.state.status === 'stopping') {
    cancel(draft);
    return;
  }
  endLease(draft, reason);
  add(draft, { kind: 'run_failed', reason, fault });
}
