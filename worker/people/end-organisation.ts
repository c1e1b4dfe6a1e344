import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { revokeRunnersOf } from '../machines/tell-dispatch.ts';
import { endRuns } from '../run-plan/end-runs.ts';
import { activeRunsOf, projectIdsOf, removeOrganisation } from '../store/organisations.ts';
import { removeProject } from '../store/projects.ts';

const NAMED = 5;

/** An organisation is deleted only when nothing runs in it; the refusal names what does. */
export async function runsStandAgainst(env: WorkerEnv, organisationId: string): Promise<Refusal | null> {
  const active = await activeRunsOf(env.DB, organisationId);
  if (active.length === 0) return null;
  const named = active.slice(0, NAMED).map(({ specTitle }) => `“${specTitle}”`);
  const more = active.length > NAMED ? ` and ${active.length - NAMED} more` : '';
  return refuse('RUN_ACTIVE', `Stop what is running first: ${named.join(', ')}${more}.`);
}

/** Removes an organisation's projects with their runs, then the organisation. Cut off in the middle, it is carried out again. */
export async function endOrganisation(env: WorkerEnv, caller: Caller): Promise<void> {
  for (const projectId of await projectIdsOf(env.DB, caller.organisationId)) {
    await endRuns(env, caller, { projectId });
    await removeProject(env.DB, caller.organisationId, projectId);
  }
  await revokeRunnersOf(env, caller.organisationId, null);
  await removeOrganisation(env.DB, caller.organisationId);
}
