import { eventsOf, startRun, stateOf } from '../tests/support/deployment.ts';
import { importSpec, startFleet } from '../tests/support/fleet.ts';
import { specOf } from '../tests/support/repository.ts';
import { first, place, REAL, UNSCALED } from './bench-fleet.ts';
import type { Figure } from './figure.ts';

/** A machine at work dies → its run is offered to others: its socket closes (kill -9), or it only falls silent (SIGSTOP). */
export async function offeredAgain(): Promise<Figure[]> {
  const fleet = await startFleet('bench-again', REAL);
  const after = async (signal: 'SIGKILL' | 'SIGSTOP') => {
    const machine = await fleet.machine(signal, { env: UNSCALED });
    const { project } = await place(fleet, '600');
    const spec = await importSpec(fleet.client, project.id, specOf(signal, { one: [] }));
    const runId = await startRun(fleet.client, spec.id);
    await until(async () => (await eventsOf(fleet.client, runId)).some((event) => event.kind === 'agent_started'));
    const from = Date.now();
    machine.signal(signal);
    await until(async () => (await stateOf(fleet.client, runId)).lease?.state === 'lapsed', 60_000);
    const ms = (await first(fleet, runId, 'lease_lapsed')) - from;
    await machine.kill();
    await fleet.client.post(`/api/runs/${runId}/stop`);
    return ms;
  };
  try {
    return [
      { name: 'a machine killed → its work offered again', value: await after('SIGKILL'), unit: 'ms', limit: 15_000 },
      { name: 'a machine silent → its work offered again', value: await after('SIGSTOP'), unit: 'ms', limit: 45_000 },
    ];
  } finally {
    await fleet.stop();
  }
}

async function until(reached: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error('It was not reached in time.');
    await new Promise((done) => setTimeout(done, 100));
  }
}
