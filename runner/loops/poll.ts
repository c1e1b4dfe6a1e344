import type { RunnerOrders } from '@specwright/protocol/pull.ts';
import type { Durations } from '../durations.ts';
import { type Log, messageOf } from '../log.ts';
import { makeBackoff, pause } from './backoff.ts';
import type { PulledNeed, RunnerApi } from './runner-api.ts';

export interface Poll {
  /** Ask now: the bell rang or was lost, or a slot became free. */
  wake(): void;
  ended: Promise<void>;
}

/**
 * Asks for work, for ever: at each ring, when the bell is lost, and each POLL_SLOW_MS while it can be trusted, else each POLL_FAST_MS.
 * Polling is the truth; the bell only makes it quick. With no free slot it asks for nothing, and hears its orders.
 */
export function startPolling(options: {
  api: RunnerApi;
  durations: Durations;
  log: Log;
  signal: AbortSignal;
  freeSlots(): number;
  bellIsFresh(): boolean;
  /** What people said of this machine, each time it asks. */
  onOrders(orders: RunnerOrders): void;
  onNeed(pulled: PulledNeed): void;
}): Poll {
  let awake = new AbortController();
  let rung = false;
  const wake = () => {
    rung = true;
    awake.abort();
  };
  const run = async () => {
    const backoff = makeBackoff(options.durations.RECONNECT_FIRST_MS, options.durations.POLL_FAST_MS, Math.random);
    while (!options.signal.aborted) {
      awake = new AbortController();
      rung = false;
      if (!(await askOnce(options))) {
        await backoff.wait(options.signal);
        continue;
      }
      backoff.reset();
      if (rung) continue;
      const waitMs = options.bellIsFresh() ? options.durations.POLL_SLOW_MS : options.durations.POLL_FAST_MS;
      await pause(waitMs * (0.9 + Math.random() * 0.2), AbortSignal.any([options.signal, awake.signal]));
    }
  };
  return { wake, ended: run() };
}

/** False: the server did not answer. */
async function askOnce(options: Parameters<typeof startPolling>[0]): Promise<boolean> {
  try {
    const { needs, orders } = await options.api.pull(options.freeSlots());
    options.onOrders(orders);
    for (const pulled of needs) options.onNeed(pulled);
    return true;
  } catch (error) {
    if (!options.signal.aborted) options.log('warn', 'pull_failed', { message: messageOf(error) });
    return false;
  }
}
