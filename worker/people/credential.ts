import { bearerOf, hashToken, sameHash } from '../door/secret.ts';
import type { WorkerEnv } from '../environment.ts';
import { sessionTokenOf } from './session-cookie.ts';

/** What a request bears. Only hashes go on from here. */
export type Credential = { kind: 'local' } | { kind: 'session'; hash: string; via: 'cookie' | 'bearer' } | { kind: 'key'; hash: string };

/** Every API key begins so. */
export const KEY_PREFIX = 'swk_';

/** A bearer's token stands before a cookie, and a wrong one is not saved by a good cookie. */
export async function credentialOf(request: Request, env: WorkerEnv): Promise<Credential | null> {
  if (!request.headers.has('authorization')) return cookieCredential(request, env);
  const token = bearerOf(request);
  if (token === null) return null;
  const hash = await hashToken(token);
  if (env.LOCAL_CREDENTIAL_HASH && sameHash(hash, env.LOCAL_CREDENTIAL_HASH.toLowerCase())) return { kind: 'local' };
  return token.startsWith(KEY_PREFIX) ? { kind: 'key', hash } : { kind: 'session', hash, via: 'bearer' };
}

async function cookieCredential(request: Request, env: WorkerEnv): Promise<Credential | null> {
  const token = await sessionTokenOf(request, env);
  return token === null ? null : { kind: 'session', hash: await hashToken(token), via: 'cookie' };
}
