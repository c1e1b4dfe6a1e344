import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { eventsOf, startRun, untilRest } from '../tests/support/deployment.ts';
import { importSpec, startFleet } from '../tests/support/fleet.ts';
import { specOf } from '../tests/support/repository.ts';
import { change, place, REAL, UNSCALED } from './bench-fleet.ts';
import { type Figure, percentile } from './figure.ts';

/** 50 runs at once on one machine: the end of a chunk → the next chunk's first step, as the log has it. */
export async function crowd(): Promise<Figure[]> {
  const [runs, chunks] = [50, 4];
  const fleet = await startFleet('bench-crowd', REAL);
  try {
    await change(fleet, 'PUT', '/api/queue/limit', { maxActive: 100 });
    const { project } = await place(fleet, '2');
    await change(fleet, 'PATCH', `/api/projects/${project.id}`, { settings: { maxActive: 60 } });
    const ids: string[] = [];
    for (let run = 0; run < runs; run++) {
      const keys = Array.from({ length: chunks }, (_chunk, at) => [`r${run}-${at}`, []] as [string, string[]]);
      const spec = await importSpec(fleet.client, project.id, specOf(`r${run}`, Object.fromEntries(keys)));
      ids.push(await startRun(fleet.client, spec.id));
    }
    await fleet.machine('crowded', { slots: 50, env: UNSCALED });
    const states = await Promise.all(ids.map((runId) => untilRest(fleet.client, runId)));
    const lost = runs * chunks - states.reduce((sum, state) => sum + state.totals.passed, 0);
    const gaps = (await Promise.all(ids.map((runId) => eventsOf(fleet.client, runId)))).flatMap(handOvers);
    return [
      { name: '50 runs at once, hand-over, p50', value: percentile(gaps, 0.5), unit: 'ms' },
      { name: '50 runs at once, hand-over, p99', value: percentile(gaps, 0.99), unit: 'ms', limit: 250 },
      { name: '50 runs at once: chunks lost', value: lost, unit: '', limit: 0 },
    ];
  } finally {
    await fleet.stop();
  }
}

function handOvers(events: StoredEvent[]): number[] {
  return events.flatMap((event, at) => {
    if (event.kind !== 'chunk_completed') return [];
    const next = events.slice(at).find((later) => later.kind === 'step_started');
    return next ? [next.at - event.at] : [];
  });
}
