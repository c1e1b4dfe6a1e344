import type { WorkerEnv } from '../environment.ts';
import { revokeRunnersOf } from '../machines/tell-dispatch.ts';
import { isLastOwner, removeMember } from '../store/members.ts';

/**
 * Ends a person's place in an organisation, with their machines there. The machines go first: cut off in between, the person is still a
 * member, and the same call ends it. False: they are not there, or are the last owner.
 */
export async function endMembership(env: WorkerEnv, organisationId: string, userId: string): Promise<boolean> {
  if (await isLastOwner(env.DB, organisationId, userId)) return false;
  await revokeRunnersOf(env, organisationId, userId);
  if (!(await removeMember(env.DB, organisationId, userId))) return false;
  // One that they added between the two.
  await revokeRunnersOf(env, organisationId, userId);
  return true;
}
