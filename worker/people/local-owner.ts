import type { Caller } from '../door/app-types.ts';
import { bearerOf, hashToken, sameHash } from '../door/secret.ts';
import type { WorkerEnv } from '../environment.ts';
import { findMembership, seedOwner } from '../store/members.ts';

/** The one owner of an embedded server, and the organisation. Fixed ids make the seeding harmless when it is done twice. */
export const LOCAL_OWNER = { id: 'usr_00000000000070008000000000000001', name: 'Local owner', email: 'owner@specwright.local' };
const LOCAL_ORGANISATION = { id: 'org_00000000000070008000000000000001', name: 'This machine' };

/** The owner, when the request bears the credential that the start script wrote on this machine; else null. */
export async function localCallerOf(request: Request, env: WorkerEnv): Promise<Caller | null> {
  const token = bearerOf(request);
  if (!token || !env.LOCAL_CREDENTIAL_HASH) return null;
  if (!sameHash(await hashToken(token), env.LOCAL_CREDENTIAL_HASH.toLowerCase())) return null;
  const membership = (await findMembership(env.DB, LOCAL_OWNER.id)) ?? (await seeded(env));
  const { id, name, email } = LOCAL_OWNER;
  return { userId: id, name, email, ...membership, via: 'local' };
}

async function seeded(env: WorkerEnv) {
  await seedOwner(env.DB, LOCAL_OWNER, LOCAL_ORGANISATION);
  return { organisationId: LOCAL_ORGANISATION.id, organisationName: LOCAL_ORGANISATION.name, role: 'owner' as const };
}
