import { eventsOf, startRun } from '../tests/support/deployment.ts';
import { importSpec, type Machine, startFleet } from '../tests/support/fleet.ts';
import { specOf } from '../tests/support/repository.ts';
import { change, first, place, REAL, UNSCALED } from './bench-fleet.ts';
import type { Figure } from './figure.ts';

/**
 * A machine at work is lost → its run is offered to others: its socket closes (kill -9), it only falls silent (SIGSTOP), or its owner
 * revokes it.
 */
export async function offeredAgain(): Promise<Figure[]> {
  const fleet = await startFleet('bench-again', REAL);
  const after = async (name: string, lose: (machine: Machine) => unknown, told: Told) => {
    const machine = await fleet.machine(name, { env: UNSCALED });
    const { project } = await place(fleet, '600');
    const spec = await importSpec(fleet.client, project.id, specOf(name, { one: [] }));
    const runId = await startRun(fleet.client, spec.id);
    await until(async () => (await eventsOf(fleet.client, runId)).some((event) => event.kind === 'agent_started'));
    const from = Date.now();
    await lose(machine);
    await until(async () => Number.isFinite(await first(fleet, runId, told)), 60_000);
    const ms = (await first(fleet, runId, told)) - from;
    await machine.kill();
    await fleet.client.post(`/api/runs/${runId}/stop`);
    return ms;
  };
  const revoke = ({ runnerId }: Machine) => change(fleet, 'DELETE', `/api/runners/${runnerId}`, {});
  try {
    return [
      {
        name: 'a machine killed → its work offered again',
        value: await after('killed', (machine) => machine.signal('SIGKILL'), 'lease_lapsed'),
        unit: 'ms',
        limit: 15_000,
      },
      {
        name: 'a machine silent → its work offered again',
        value: await after('silent', (machine) => machine.signal('SIGSTOP'), 'lease_lapsed'),
        unit: 'ms',
        limit: 45_000,
      },
      {
        name: 'a machine revoked → its work offered again',
        value: await after('revoked', revoke, 'lease_ended'),
        unit: 'ms',
        limit: 1_000,
      },
    ];
  } finally {
    await fleet.stop();
  }
}

/** What a run's log says of it. */
type Told = 'lease_lapsed' | 'lease_ended';

async function until(reached: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error('It was not reached in time.');
    await new Promise((done) => setTimeout(done, 100));
  }
}
