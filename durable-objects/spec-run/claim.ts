import { wantsMachine } from '@specwright/protocol/obligations.ts';
import type { MachineCommand } from '@specwright/protocol/run-command.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';
import { loseLease } from './lose-lease.ts';
import { proceed } from './next-job.ts';

type Claim = Extract<MachineCommand, { kind: 'claim' }>;

/**
 * A life of a runner asks for the run. The life that has the lease gets it again, with the job that is out; a lapsed
 * lease goes to whoever asks first, under a new fence; a held one to nobody else: who lost it need not wait for it.
 */
export function decideClaim(draft: Draft, claim: Claim): Decision {
  const { state } = draft;
  if (isAtRest(state)) return answer(draft, { kind: 'gone', message: `The run is ${state.status}.` });
  // Lives are named by runners: whoever names another runner's gets nothing of it.
  if (state.lease?.lifeId === claim.lifeId && state.lease.runnerId !== claim.runnerId)
    return answer(draft, { kind: 'gone', message: 'This life is another runner’s.' });
  if (state.lease?.lifeId === claim.lifeId) {
    revive(draft);
    const { fence, id: leaseId } = state.lease;
    return answer(draft, { kind: 'granted', fence, leaseId });
  }
  if (state.lease?.state === 'held' && claim.fence !== null)
    return answer(draft, { kind: 'gone', message: `${state.lease.runnerName} took the run over.` });
  if (state.lease?.state === 'held')
    return answer(draft, { kind: 'not_yet', retryInMs: draft.rules.retryClaimMs, message: `${state.lease.runnerName} holds the run.` });
  if (!wantsMachine(state)) return answer(draft, { kind: 'gone', message: `The run is ${state.status} and needs no machine.` });
  loseLease(draft, { code: 'LEASE_TAKEN', message: `${claim.runnerName} took over.` });
  const { leaseId, runnerId, runnerName, lifeId } = claim;
  const fence = draft.state.fence + 1;
  add(draft, { kind: 'lease_granted', leaseId, fence, runnerId, runnerName, lifeId, revived: false });
  return answer(draft, { kind: 'granted', fence, leaseId });
}

/** A lapsed lease comes back to the life that had it: same fence, its job still out. */
export function revive(draft: Draft): void {
  const { lease } = draft.state;
  if (lease === null || lease.state === 'held') return;
  const { id: leaseId, fence, runnerId, runnerName, lifeId } = lease;
  add(draft, { kind: 'lease_granted', leaseId, fence, runnerId, runnerName, lifeId, revived: true });
  proceed(draft);
}

/** After a gap on its own clock a runner asks, before it moves a branch. */
export function decideConfirmLease(draft: Draft, asked: { lifeId: string; fence: number }): Decision {
  const { lease } = draft.state;
  const held = lease !== null && lease.lifeId === asked.lifeId && lease.fence === asked.fence;
  if (held) revive(draft);
  return answer(draft, { kind: 'lease', fence: asked.fence, held });
}

function answer(draft: Draft, given: Draft['answer']): Decision {
  draft.answer = given;
  return decided(draft);
}
