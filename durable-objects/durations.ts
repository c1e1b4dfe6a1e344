import { durationOf, type ObjectEnv } from './env.ts';

/** Milliseconds, each from an environment variable of the same name in capitals, else the default. */
export interface RunDurations {
  /** How long a lease outlives the last sign of life. */
  leaseMs: number;
  /** The same once its socket has closed, as that of a dead process does; at most `leaseMs`. A runner relies on its lease no longer than this. */
  closedLeaseMs: number;
  /** How often a need for a machine that nobody has answered is put on the queue again. */
  askAgainMs: number;
  /** How long a runner stays away from a run that another holds. */
  retryClaimMs: number;
  /** Events that follow the first of a burst are sent together after this. */
  batchMs: number;
  /** The run's summary in D1 is written at most this often. */
  summaryMs: number;
  /** The first wait after an effect failed; doubled with each failure, up to a minute. */
  effectRetryMs: number;
  /** How long a run waits for a machine before it fails. */
  noMachineMs: number;
  /** Nothing is said to a page whose right to see the run was looked at longer ago than this. */
  authorityMs: number;
}

export function runDurations(env: ObjectEnv): RunDurations {
  const read = env as unknown as Record<string, string | undefined>;
  const leaseMs = durationOf(read.LEASE_MS, 30_000);
  return {
    leaseMs,
    closedLeaseMs: Math.min(leaseMs, durationOf(read.CLOSED_LEASE_MS, 12_000)),
    askAgainMs: durationOf(read.ASK_AGAIN_MS, 60_000),
    retryClaimMs: durationOf(read.RETRY_CLAIM_MS, 5_000),
    batchMs: durationOf(read.BATCH_MS, 50),
    summaryMs: durationOf(read.SUMMARY_MS, 1_000),
    effectRetryMs: durationOf(read.EFFECT_RETRY_MS, 1_000),
    noMachineMs: durationOf(read.NO_MACHINE_MS, 24 * 3_600_000),
    authorityMs: durationOf(read.AUTHORITY_MS, 60_000),
  };
}
