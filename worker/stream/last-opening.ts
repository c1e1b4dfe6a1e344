import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { WorkerEnv } from '../environment.ts';

/** The number before a run's last opening: who attaches to a run that was opened again does not see its earlier end. */
export async function lastOpening(env: WorkerEnv, runId: string): Promise<number> {
  const run = runPort(env, runId);
  let found = 0;
  for (let after = 0; ; ) {
    const events = await run.events(after, 1000);
    for (const event of events) if (event.kind === 'run_reopened') found = event.seq - 1;
    const last = events.at(-1);
    if (!last || events.length < 1000) return found;
    after = last.seq;
  }
}
