import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { logLine } from './door/log.ts';
import type { WorkerEnv } from './environment.ts';
import { runsNotAtRest } from './store/runs.ts';

/** Pokes every run that D1 does not know to be at rest, and the dispatch of every organisation that has one. Answers how many of each. */
export async function sweep(env: WorkerEnv): Promise<{ runs: number; organisations: number; failed: number }> {
  const going = await runsNotAtRest(env.DB);
  const organisations = [...new Set(going.map((run) => run.organisationId))];
  const pokes = [
    ...going.map((run) => () => runPort(env, run.id).ensure()),
    ...organisations.map((id) => () => dispatchPort(env, id).ensure()),
  ];
  let failed = 0;
  for (const poke of pokes) {
    await poke().catch((error: unknown) => {
      failed++;
      logLine('error', { event: 'sweep_failed', reason: String(error) });
    });
  }
  return { runs: going.length, organisations: organisations.length, failed };
}
