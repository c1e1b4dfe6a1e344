/** A runner's clocks, passed in: `monotonic` in milliseconds that only grow, `wall` in Unix milliseconds (sleep moves only this one). */
export interface Clocks {
  monotonic(): number;
  wall(): number;
}

export const systemClocks: Clocks = { monotonic: () => performance.now(), wall: () => Date.now() };

/**
 * What a runner may believe of its lease, judged by its own clock alone.
 * Always true: a branch moves only while the send time of the last answered word is younger than `leaseMs` and no gap
 * of this process's time was seen since; else only after the run's object has said that the lease is held.
 */
export interface Lease {
  readonly fence: number;
  readonly leaseMs: number;
  /** A word that was sent at `sentAt` (monotonic) has been answered. */
  answered(sentAt: number): void;
  /** The run's object said whether the lease is held, to a question sent at `sentAt`. */
  confirmed(sentAt: number, held: boolean): void;
  /** True: a branch may move without asking. */
  isSure(): boolean;
  isLost(): boolean;
  lose(): void;
  /** Called now and then; sees gaps (SIGSTOP, sleep) between two calls. */
  observe(): void;
}

/** Begins a lease that was granted in answer to a claim sent at `sentAt`. */
export function beginLease(grant: { fence: number; leaseMs: number }, sentAt: number, clocks: Clocks): Lease {
  let goodAt = sentAt;
  let doubtedAt: number | null = null;
  let lost = false;
  let seen = { monotonic: clocks.monotonic(), wall: clocks.wall() };
  const observe = () => {
    const now = { monotonic: clocks.monotonic(), wall: clocks.wall() };
    const passed = now.monotonic - seen.monotonic;
    const slept = now.wall - seen.wall - passed;
    if (passed > grant.leaseMs || slept > grant.leaseMs) doubtedAt = now.monotonic;
    seen = now;
  };
  return {
    fence: grant.fence,
    leaseMs: grant.leaseMs,
    answered(at) {
      goodAt = Math.max(goodAt, at);
    },
    confirmed(at, held) {
      if (!held) lost = true;
      goodAt = Math.max(goodAt, at);
      if (doubtedAt !== null && at >= doubtedAt) doubtedAt = null;
    },
    isSure() {
      observe();
      return !lost && doubtedAt === null && clocks.monotonic() - goodAt < grant.leaseMs;
    },
    isLost: () => lost,
    lose() {
      lost = true;
    },
    observe,
  };
}
