import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { findMembership } from '../store/members.ts';
import { authOf } from './auth.ts';

/** The signed-in person of a request and their organisation; null for nobody, and for one who belongs nowhere. */
export async function callerOf(request: Request, env: WorkerEnv): Promise<Caller | null> {
  if (!request.headers.has('cookie')) return null;
  const session = await authOf(env).api.getSession({ headers: request.headers, query: { disableRefresh: true } });
  if (!session) return null;
  const membership = await findMembership(env.DB, session.user.id);
  if (!membership) return null;
  return { userId: session.user.id, name: session.user.name, email: session.user.email, ...membership, via: 'cookie' };
}
