import type { WorkerEnv } from '../environment.ts';
import { seedOwner } from '../store/members.ts';
import { LOCAL_ORGANISATION, LOCAL_OWNER } from './local-owner-id.ts';

export { LOCAL_OWNER } from './local-owner-id.ts';

/** Makes the local owner and their organisation, on the first call with this machine's credential. */
export function seedLocalOwner(env: WorkerEnv): Promise<void> {
  return seedOwner(env.DB, LOCAL_OWNER, LOCAL_ORGANISATION);
}
