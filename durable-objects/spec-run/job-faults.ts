import { isOfRunner, MACHINE_FAULTS } from '@specwright/protocol/evolve/lease-events.ts';
import type { FactOf } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from './decision.ts';
import { endLease } from './lose-lease.ts';
import { FAULTS_HERE, isOfMachine } from './reconcile.ts';
import { askWhenTooMany } from './time.ts';

type Ended = FactOf<'job_ended'>;

/**
 * A fault of the runner or the provider spends no attempt: the same work is tried again, after the time that it named; a provider's that
 * names none, once a person has acted. A machine that cannot do such work gives the run back, and another goes on. A repository or configuration that cannot be used ends the run.
 */
export function afterFault(draft: Draft, fact: Ended): void {
  const { status } = draft.state;
  // A stop has its result: the run is cancelled.
  if (status === 'stopping') return;
  // A runner that ends on a signal hands its work back: another may have it.
  if (fact.result === 'stopped') {
    endLease(draft, { code: 'HANDED_BACK', message: 'The runner handed the run back.' });
    return;
  }
  const reason = { code: fact.code ?? 'RUNNER_FAULT', message: fact.message || 'The machine could not carry out the job.' };
  if (isOfMachine(fact.code)) {
    endLease(draft, reason);
    add(draft, { kind: 'run_failed', reason, fault: 'machine' });
    return;
  }
  if (resetsBranch(fact)) orderReset(draft);
  if (fact.result === 'runner_fault' && askWhenTooMany(draft)) return;
  // The machine is out for such work until it is mended: another that can do it goes on.
  if (isOfRunner(fact.code)) {
    endLease(draft, reason);
    return;
  }
  if (fact.result === 'runner_fault' && faultsHere(draft) >= FAULTS_HERE) {
    endLease(draft, { code: MACHINE_FAULTS, message: `${FAULTS_HERE} faults in a row, the last: ${reason.message}` });
    return;
  }
  const waitMs = waitOf(draft, fact);
  if (waitMs === 0) return;
  const untilAt = waitMs === null ? null : draft.now + waitMs;
  add(draft, { kind: 'wait_started', reason, waitFor: waitMs === null ? 'person' : 'time', untilAt });
  if (status === 'pausing' || status === 'paused') add(draft, { kind: 'run_paused' });
}

/** Milliseconds until the next try; 0: at once; null: a person must act. Faults in a row wait longer each time. */
function waitOf(draft: Draft, fact: Ended): number | null {
  const backoff = draft.state.faultsInRow <= 1 ? 0 : Math.min(60_000, 500 * 2 ** draft.state.faultsInRow);
  if (fact.retryAfterMs !== null) return Math.max(Math.ceil(fact.retryAfterMs), backoff);
  return fact.result === 'runner_fault' ? backoff : null;
}

/** Of the machine that has the run, in a row. */
function faultsHere({ state: { items, lease, faultsInRow } }: Draft): number {
  const here = items.flatMap((item) => item.attempts).filter(({ fence, result }) => fence === lease?.fence && result === 'runner_fault');
  return Math.min(here.length, faultsInRow);
}

function resetsBranch(fact: Ended): boolean {
  return fact.code === 'BRANCH_MOVED';
}

// Told as at the start of a lease: where the branch must stand, which is where the log knows it.
function orderReset(draft: Draft): void {
  const { head, base, configuration, warnings } = draft.state;
  if (head === null || base === null || configuration === null) return;
  add(draft, { kind: 'reconciled', head, base, configuration, warnings, resetTo: head });
}
