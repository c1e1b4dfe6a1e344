import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { revokeRunnersOf } from '../machines/tell-dispatch.ts';
import { endRuns } from '../run-plan/end-runs.ts';
import { activeRunsOf, projectIdsOf, removeOrganisation } from '../store/organisations.ts';
import { removeProject } from '../store/projects.ts';
import { LOCAL_ORGANISATION, LOCAL_OWNER } from './local-owner-id.ts';

const NAMED = 5;
export const HOME_STAYS = refuse(
  'CONFLICT',
  'This is the organisation of the machine that the server runs on, and of its owner: it stays.',
);

/** The owner of the machine does not leave its organisation: the start script works there as them. */
export function isAtHome(env: WorkerEnv, organisationId: string, userId: string): boolean {
  return Boolean(env.LOCAL_CREDENTIAL_HASH) && organisationId === LOCAL_ORGANISATION.id && userId === LOCAL_OWNER.id;
}

/** An organisation is deleted only when nothing runs in it, the refusal names what does; and never the one that `npm start` works in. */
export async function standsAgainstEnd(env: WorkerEnv, organisationId: string): Promise<Refusal | null> {
  if (env.LOCAL_CREDENTIAL_HASH && organisationId === LOCAL_ORGANISATION.id) return HOME_STAYS;
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
