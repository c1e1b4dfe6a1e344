import { isRefusal, type Refusal } from '@specwright/protocol/error-code.ts';
import type { StartedWorker, StartWorker } from '@specwright/protocol/workers-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { startRun } from '../run-plan/start-run.ts';
import { findSpec, type SpecRow } from '../store/specs.ts';
import { hiddenProjects } from '../store/visible.ts';
import { seenWorkers, warningOf } from './workers-page.ts';

/** The spec that a body names, if the caller may see it. */
export async function visibleSpec(env: WorkerEnv, caller: Caller, specId: string): Promise<SpecRow | null> {
  const [spec, hidden] = await Promise.all([findSpec(env.DB, caller.organisationId, specId), hiddenProjects(env.DB, caller)]);
  return spec && !hidden.has(spec.projectId) ? spec : null;
}

/** Starts a spec, or queues it when the slots are taken: dispatch decides which. `warning` is of the moment before. */
export async function startWorker(env: WorkerEnv, caller: Caller, spec: SpecRow, wish: StartWorker): Promise<StartedWorker | Refusal> {
  const { specId: _, ...rest } = wish;
  const before = await seenWorkers(env, caller, spec.projectId);
  const started = await startRun(env, caller, spec, rest);
  if (isRefusal(started)) return started;
  if (started === 'all_complete') return { id: null, attached: false, allComplete: true, worker: null, queued: null, warning: null };
  const { runId: id, attached } = started;
  const { workers, queue } = await seenWorkers(env, caller, spec.projectId);
  const found = { worker: workers.find((worker) => worker.id === id) ?? null, queued: queue.find((item) => item.id === id) ?? null };
  return { id, attached, allComplete: false, ...found, warning: warningOf(before, spec.projectId) };
}
