import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { activeRunIds, allRunIds } from '../store/runs.ts';
import { actorOf } from './start-run.ts';

type Scope = { specId: string } | { projectId: string };

/** Something with an active run is removed only by a person who says that the run is to stop. */
export async function standsAgainstRemoval(env: WorkerEnv, organisationId: string, scope: Scope, stop: boolean): Promise<Refusal | null> {
  const active = stop ? [] : await activeRunIds(env.DB, organisationId, scope);
  return active.length === 0 ? null : refuse('RUN_ACTIVE', 'A run is active. Stop it first, or ask for both at once.');
}

/** Stops and destroys every run of a project or spec; their tombstones keep late messages from bringing them back. */
export async function endRuns(env: WorkerEnv, caller: Caller, scope: Scope): Promise<void> {
  const dispatch = dispatchPort(env, caller.organisationId);
  // A run that was begun a moment ago may have no row in D1 yet; after this nothing is begun in the project.
  const begun = 'projectId' in scope ? await dispatch.closeProject(scope.projectId) : [];
  const active = await activeRunIds(env.DB, caller.organisationId, scope);
  for (const runId of active) await runPort(env, runId).command({ kind: 'stop', actor: actorOf(caller) });
  for (const runId of new Set([...(await allRunIds(env.DB, caller.organisationId, scope)), ...begun])) {
    await runPort(env, runId).destroy();
    await dispatch.rested(runId);
  }
}
