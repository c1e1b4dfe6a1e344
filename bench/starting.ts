import { startRun, untilRest } from '../tests/support/deployment.ts';
import { importSpec, startFleet } from '../tests/support/fleet.ts';
import { specOf } from '../tests/support/repository.ts';
import { startTcpProxy } from '../tests/support/tcp-proxy.ts';
import { first, place, REAL, UNSCALED } from './bench-fleet.ts';
import { type Figure, percentile } from './figure.ts';

/** Enqueued by a person → the agent has started, on an idle machine. */
export async function starting(): Promise<Figure[]> {
  const fleet = await startFleet('bench-start', REAL);
  const samples = async (times: number) => {
    const { project } = await place(fleet, '0');
    const found: number[] = [];
    for (let at = 0; at < times; at++) {
      const spec = await importSpec(fleet.client, project.id, specOf(`s${at}`, { [`s${at}`]: [] }));
      const from = Date.now();
      const runId = await startRun(fleet.client, spec.id);
      await untilRest(fleet.client, runId);
      found.push((await first(fleet, runId, 'agent_started')) - from);
    }
    return found;
  };
  try {
    await fleet.machine('rung', { env: UNSCALED });
    const rung = await samples(40);
    await fleet.clear();
    const wire = await startTcpProxy(fleet.client.url, '/runner-api/doorbell');
    await fleet.machine('unrung', { env: UNSCALED, server: wire.url });
    const polled = await samples(5);
    await fleet.clear();
    await wire.close();
    return [
      { name: 'enqueue → agent started, with the doorbell, p50', value: percentile(rung, 0.5), unit: 'ms', limit: 500 },
      { name: 'enqueue → agent started, with the doorbell, p99', value: percentile(rung, 0.99), unit: 'ms', limit: 2_000 },
      { name: 'enqueue → agent started, no doorbell, slowest of 5', value: Math.max(...polled), unit: 'ms', limit: 15_000 },
    ];
  } finally {
    await fleet.stop();
  }
}
