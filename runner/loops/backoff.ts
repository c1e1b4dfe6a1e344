import { setTimeout as wait } from 'node:timers/promises';

/** Growing waits with jitter: half to the whole of `first * 2^n`, at most `most` milliseconds. */
export interface Backoff {
  /** Waits; ends early, without an error, when `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
}

export function makeBackoff(firstMs: number, mostMs: number, random: () => number): Backoff {
  let tries = 0;
  return {
    async wait(signal) {
      const whole = Math.min(mostMs, firstMs * 2 ** Math.min(tries, 20));
      tries += 1;
      await pause(whole / 2 + (random() * whole) / 2, signal);
    },
    reset() {
      tries = 0;
    },
  };
}

/** Waits `ms`; ends early, without an error, when `signal` is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
