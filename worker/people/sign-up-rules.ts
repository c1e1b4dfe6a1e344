import { APIError } from 'better-auth/api';
import { signUpOf, type WorkerEnv } from '../environment.ts';
import { isInvited } from '../store/invitations.ts';

/** GitHub, where the deployment has its keys. An existing account is joined to it only by an address that GitHub has confirmed. */
export function gitHub(env: WorkerEnv) {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = env;
  return clientId && clientSecret ? { github: { clientId, clientSecret } } : {};
}

interface NewUser {
  email: string;
  emailVerified: boolean;
}

/**
 * Looks at every account before it is made. Our sign-up route has seen the invitation already; who comes by GitHub to a server that
 * takes the invited alone must be invited by the address that GitHub has confirmed.
 */
export async function mayBeMade(env: WorkerEnv, user: NewUser, by: { path: string | undefined; proven: string | null | undefined }) {
  const bySignUp = by.path === '/sign-up/email';
  if (!bySignUp && signUpOf(env) === 'invited' && !(user.emailVerified && (await isInvited(env.DB, user.email)))) {
    throw new APIError('FORBIDDEN', { code: 'SIGN_UP_DISABLED', message: 'This server takes new people by invitation only.' });
  }
  return { data: { ...user, emailVerified: user.emailVerified || user.email === by.proven } };
}
