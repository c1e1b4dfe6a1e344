import { startFleet } from '../tests/support/fleet.ts';
import { startTcpProxy } from '../tests/support/tcp-proxy.ts';
import { REAL } from './bench-fleet.ts';
import type { Figure } from './figure.ts';

const HOUR_SCALE = 120;

/** Calls that an idle machine makes in an hour, its durations shortened. */
export async function idleHour(): Promise<Figure[]> {
  const fleet = await startFleet('bench-idle', REAL);
  try {
    const wire = await startTcpProxy(fleet.client.url);
    await fleet.machine('idle', { server: wire.url, env: { SPECWRIGHT_TIME_SCALE: String(HOUR_SCALE) } });
    const before = wire.requests();
    await new Promise((done) => setTimeout(done, 3_600_000 / HOUR_SCALE));
    const value = wire.requests() - before;
    await fleet.clear();
    await wire.close();
    return [{ name: `requests of an idle machine in an hour (1/${HOUR_SCALE} of the time)`, value, unit: '', limit: 100 }];
  } finally {
    await fleet.stop();
  }
}
