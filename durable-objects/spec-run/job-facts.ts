import { findItem, fixOf, rootOf } from '@specwright/protocol/evolve/items.ts';
import { maxIterations } from '@specwright/protocol/run-invariants.ts';
import type { FactOf, RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from './decision.ts';
import type { FactPlace } from './facts.ts';
import { endAttempt } from './job-outcome.ts';
import { endQuestion, openQuestion } from './questions.ts';

export type JobFact = Exclude<RunnerFact, FactOf<'reconciled' | 'reconcile_failed' | 'noticed' | 'phase_seen'>>;

/** A fact about the job that is out, under the newest fence. */
export function takeJobFact(draft: Draft, fact: JobFact, place: FactPlace): void {
  const chunkId = draft.state.job?.itemId ?? '';
  const { atMs: _atMs, ...seen } = fact;
  switch (seen.kind) {
    case 'job_ended':
      endAttempt(draft, fact as FactOf<'job_ended'>);
      return;
    case 'job_held':
      add(draft, { kind: 'job_held', jobId: seen.jobId, next: seen.next });
      if (draft.state.status === 'pausing') add(draft, { kind: 'run_paused' });
      return;
    case 'question_asked':
      openQuestion(draft, fact as FactOf<'question_asked'>, chunkId);
      return;
    case 'question_closed':
      endQuestion(draft, fact as FactOf<'question_closed'>, chunkId);
      return;
    case 'review_ended':
      add(draft, { ...seen, chunkId, fixChunkId: seen.verdict.verdict === 'needs_fix' ? nameFix(draft, chunkId, place.newId) : null });
      return;
    default:
      add(draft, { ...seen, chunkId });
  }
}

// Only a chunk gets a fix, one for its life, and only while an attempt is left for it.
function nameFix(draft: Draft, chunkId: string, newId: string | null): string | null {
  const item = findItem(draft.state, chunkId);
  if (item === undefined || item.kind === 'fix') return null;
  if (rootOf(draft.state, item).spent + 1 >= maxIterations(draft.state)) return null;
  return fixOf(draft.state, chunkId)?.id ?? newId;
}
