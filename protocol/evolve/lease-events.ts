import type { EventOf, Reason } from '../run-event.ts';
import type { Lease, RunState } from '../run-state.ts';

type LeaseEvent = EventOf<'lease_granted' | 'lease_lapsed' | 'lease_ended' | 'reconciled'>;

/** The reason code of a lease whose holder's process is known to be dead: it counts as a fault of the machine. */
export const LIFE_ENDED = 'LIFE_ENDED';

/** The reason code of a lease under which nothing could be begun: it counts as a fault of the machine. */
export const CANNOT_BEGIN = 'CANNOT_BEGIN';

/** The reason code of a lease whose machine failed again and again. */
export const MACHINE_FAULTS = 'MACHINE_FAULTS';

/** Codes of faults that are a machine's for all such work: until somebody mends it, another machine goes on. */
const OF_RUNNER = ['DISK_FULL', 'PROVIDER_AUTH', 'AGENT_MISSING', MACHINE_FAULTS];

export function isOfRunner(code: string | null): boolean {
  return code !== null && OF_RUNNER.includes(code);
}

/** Who works on the run, and what they found there. */
export function applyLeaseEvent(next: RunState, event: LeaseEvent & { at: number }): void {
  switch (event.kind) {
    case 'lease_granted':
      grant(next, event);
      return;
    case 'lease_lapsed':
      if (next.lease !== null) next.lease = { ...next.lease, state: 'lapsed' };
      next.faultsInRow += 1;
      if (next.status === 'running') next.status = 'queued';
      return;
    case 'lease_ended':
      // A lapse has been counted when it happened.
      if (event.reason.code === LIFE_ENDED && next.lease?.state === 'held') next.faultsInRow += 1;
      if (event.reason.code === CANNOT_BEGIN) next.faultsInRow += 1;
      if (next.lease !== null && isOfRunner(event.reason.code)) breakDown(next, next.lease, event.reason);
      next.lease = null;
      if (next.status === 'running') next.status = 'queued';
      return;
    case 'reconciled':
      reconcile(next, event);
      return;
  }
}

function grant(next: RunState, event: EventOf<'lease_granted'> & { at: number }): void {
  const { leaseId: id, fence, runnerId, runnerName, lifeId, revived } = event;
  next.lease = { id, fence, runnerId, runnerName, lifeId, state: 'held', reconciled: revived && (next.lease?.reconciled ?? false) };
  next.fence = Math.max(next.fence, fence);
  next.startedAt ??= event.at;
  if (revived) next.faultsInRow = Math.max(0, next.faultsInRow - 1);
  else next.received = { ...next.received, [fence]: 0 };
  if (next.broke) {
    next.broke = null;
    next.reason = null;
  }
  if (next.status === 'queued') next.status = 'running';
}

function breakDown(next: RunState, { runnerId, runnerName, fence }: Lease, reason: Reason): void {
  next.broke = { runnerId, runnerName, fence, reason };
  next.reason = reason;
}

function reconcile(next: RunState, event: EventOf<'reconciled'>): void {
  if (next.lease !== null) next.lease = { ...next.lease, reconciled: true };
  next.configuration ??= event.configuration;
  next.base ??= event.base;
  next.warnings = event.warnings;
  if (event.clone !== undefined) next.clone = event.clone;
  next.head = event.resetTo ?? event.head;
  next.resetTo = event.resetTo;
}
