import { refuse } from '@specwright/protocol/error-code.ts';
import type { MachineCommand } from '@specwright/protocol/run-command.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { revive } from './claim.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';
import { recordEvidence } from './evidence.ts';
import { takeJobFact } from './job-facts.ts';
import { lookAtPhase } from './phase/look.ts';
import { reconcile, refuseReconcile } from './reconcile.ts';

type Facts = Extract<MachineCommand, { kind: 'facts' }>;

/**
 * Takes a frame of facts. Those already received are skipped; after a gap nothing is taken. Under the newest fence, from
 * the life that holds it, facts are results; under an older one they are evidence, and correct what was charged.
 */
export function decideFacts(draft: Draft, frame: Facts): Decision {
  const { fence, first } = frame;
  if (fence < 1 || fence > draft.state.fence) return refuse('LEASE_LOST', `Fence ${fence} was never granted.`);
  const received = draft.state.received[fence] ?? 0;
  if (first > received + 1) {
    draft.answer = { kind: 'gap', fence, expected: received + 1 };
    return decided(draft);
  }
  const last = first + frame.facts.length - 1;
  draft.answer = { kind: 'received', fence, upTo: Math.max(received, last) };
  if (last <= received) return decided(draft);
  const isResult = draft.state.lease?.fence === fence;
  if (isResult && draft.state.lease?.lifeId !== frame.lifeId) return refuse('LEASE_LOST', 'Another life of a runner holds this lease.');
  if (isResult) revive(draft);
  for (let number = received + 1; number <= last; number++) {
    const fact = frame.facts[number - first];
    if (fact !== undefined) take(draft, fact, { fence, number, newId: frame.newIds[0] ?? null });
  }
  add(draft, { kind: 'facts_received', fence, last });
  return decided(draft);
}

/** Where a fact stands: its fence, its number there, and a fresh id in case it calls for a fix chunk. */
export interface FactPlace {
  fence: number;
  number: number;
  newId: string | null;
}

// The lease may end in mid-frame: a fact that ends the run makes the rest of its frame evidence.
function take(draft: Draft, fact: RunnerFact, place: FactPlace): void {
  const { lease, job } = draft.state;
  if (lease === null || lease.fence !== place.fence) recordEvidence(draft, fact, place);
  else if (fact.kind === 'reconciled') reconcile(draft, fact, place);
  else if (fact.kind === 'reconcile_failed') refuseReconcile(draft, fact);
  else if (fact.kind === 'phase_seen') lookAtPhase(draft, fact.seen);
  else if (fact.kind === 'noticed') add(draft, { kind: 'noticed', jobId: fact.jobId, level: fact.level, message: fact.message });
  else if (job === null || fact.jobId !== job.id) recordEvidence(draft, fact, place);
  else takeJobFact(draft, fact, place);
}
