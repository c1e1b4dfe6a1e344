import type { WhichOrchestration } from '@specwright/protocol/workflow-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { type KnownRun, knownRun } from '../run-plan/known-run.ts';
import { phaseSpecId } from '../run-plan/start-phase.ts';
import { latestRunOf } from '../store/runs.ts';
import { hiddenProjects } from '../store/visible.ts';

/** The orchestration that a call names, by run or as a project's latest, if the caller may see it. */
export async function knownOrchestration(env: WorkerEnv, caller: Caller, which: WhichOrchestration): Promise<KnownRun | null> {
  const row =
    'runId' in which
      ? await knownRun(env, caller.organisationId, which.runId)
      : await latestRunOf(env.DB, caller.organisationId, phaseSpecId(which.projectId));
  if (!row || row.specId !== phaseSpecId(row.projectId)) return null;
  return (await hiddenProjects(env.DB, caller)).has(row.projectId) ? null : row;
}
