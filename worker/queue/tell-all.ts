import { isRefusal } from '@specwright/protocol/error-code.ts';
import type { AllWorkers } from '@specwright/protocol/workers-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { tellRun } from '../run-plan/command-run.ts';
import { actorOf } from '../run-plan/start-run.ts';
import { seenWorkers } from './workers-page.ts';

/** Stops or pauses every worker that the caller sees, in one project or in all; what waits in the queue is left there. */
export async function tellAll(env: WorkerEnv, caller: Caller, kind: 'stop' | 'pause', projectId?: string): Promise<AllWorkers> {
  const { workers } = await seenWorkers(env, caller, projectId);
  const { organisationId } = caller;
  const answers = await Promise.all(workers.map((worker) => tellRun(env, { ...worker, organisationId }, { kind, actor: actorOf(caller) })));
  const refused = answers.filter(isRefusal).length;
  return { told: answers.length - refused, refused };
}
