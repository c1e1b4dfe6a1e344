import type { Granted } from '@specwright/protocol/runner-down.ts';
import type { Place } from '../job/job-context.ts';
import { beginLease, type Lease, systemClocks } from '../lease.ts';
import { pause } from '../loops/backoff.ts';
import type { HandOn } from './hand-on.ts';
import type { JobControl } from './job-control.ts';
import type { Publisher } from './publisher.ts';

/** What stands while one lease is held. */
export interface Holding {
  lease: Lease;
  granted: Granted;
  begunAt: number;
  /** Aborted when the lease is over for this machine. */
  over: AbortController;
  place: Place | null;
  publisher: Publisher | null;
  handOn: HandOn | null;
  /** The branch as reconcile or the last promotion left it. */
  head: string | null;
  /** Said before a job: where the branch must stand for it. */
  resetTo: string | null;
  job: { id: string; control: JobControl } | null;
  done: Set<string>;
  /** Work on the branch and worktree, one after the other: reconcile, then jobs. */
  line: Promise<void>;
}

export function beginHolding(granted: Granted, sentAt: number): Holding {
  return {
    lease: beginLease(granted, sentAt, systemClocks),
    granted,
    begunAt: performance.now(),
    over: new AbortController(),
    place: null,
    publisher: null,
    handOn: null,
    head: null,
    resetTo: null,
    job: null,
    done: new Set(),
    line: Promise.resolve(),
  };
}

/** Until the lease is over its clocks are compared: a machine that slept may no longer rely on it. */
export async function watchClock(its: Holding): Promise<void> {
  while (!its.over.signal.aborted) {
    its.lease.observe();
    await pause(its.lease.leaseMs / 5, its.over.signal);
  }
}
