import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from './decision.ts';
import type { FactPlace } from './facts.ts';

/** Keeps a fact of a lease that has passed: for reading, and to correct what its job was charged; never a result. */
export function recordEvidence(draft: Draft, fact: RunnerFact, place: FactPlace): void {
  const jobId = 'jobId' in fact ? fact.jobId : null;
  add(draft, { kind: 'evidence_recorded', fence: place.fence, number: place.number, factKind: fact.kind, jobId, message: describe(fact) });
  // Only an ended job has spent all that it will: what a living one reports may still grow.
  if (fact.kind === 'job_ended' && draft.state.lost[fact.jobId] !== undefined)
    add(draft, { kind: 'attempt_corrected', jobId: fact.jobId, usage: fact.usage });
}

function describe(fact: RunnerFact): string {
  switch (fact.kind) {
    case 'job_ended':
      return `${fact.result}: ${fact.message}`.slice(0, 500);
    case 'step_started':
      return fact.step;
    case 'step_ended':
      return `${fact.step} ${fact.ok ? 'done' : 'failed'}`;
    case 'tool_called':
      return `${fact.tool} ${fact.status} ${fact.title}`.slice(0, 200);
    case 'check_ended':
      return `${fact.name} ended with ${fact.exitCode ?? 'no exit code'}`;
    case 'review_ended':
      return `${fact.verdict.verdict}: ${fact.verdict.summary}`.slice(0, 500);
    case 'question_asked':
      return fact.questions[0]?.question.slice(0, 500) ?? '';
    case 'question_closed':
      return fact.reason;
    case 'reconciled':
      return `head ${fact.head}`;
    case 'noticed':
    case 'reconcile_failed':
      return fact.message.slice(0, 500);
    default:
      return '';
  }
}
