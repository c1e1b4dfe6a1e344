import { originOf, type WorkerEnv } from '../environment.ts';

/** How long a session lives after it was last renewed; it is renewed at most daily. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;
export const RENEW_MS = 24 * 60 * 60 * 1000;

/** The cookie's name holds the port, for cookies of one address ignore it; on HTTPS `__Host-` binds it to this host. */
export function cookiePrefix(origin: URL): string {
  const name = `specwright${origin.port ? `-${origin.port}` : ''}`;
  return origin.protocol === 'https:' ? `__Host-${name}` : name;
}

/** The session's token in the request's cookie, when its signature is ours; else null. */
export async function sessionTokenOf(request: Request, env: WorkerEnv): Promise<string | null> {
  const value = cookieValue(request, cookieName(env));
  const at = value?.lastIndexOf('.') ?? -1;
  if (!value || at < 1 || !env.BETTER_AUTH_SECRET) return null;
  const token = value.slice(0, at);
  return (await isSigned(token, value.slice(at + 1), env.BETTER_AUTH_SECRET)) ? token : null;
}

/** The same cookie with its time begun anew. */
export function renewedCookie(request: Request, env: WorkerEnv): string {
  const secure = originOf(env).protocol === 'https:' ? '; Secure' : '';
  const value = encodeURIComponent(cookieValue(request, cookieName(env)) ?? '');
  return `${cookieName(env)}=${value}; Max-Age=${SESSION_MS / 1000}; Path=/; HttpOnly${secure}; SameSite=Lax`;
}

function cookieName(env: WorkerEnv): string {
  return `${cookiePrefix(originOf(env))}.session_token`;
}

function cookieValue(request: Request, name: string): string | null {
  const cookies = (request.headers.get('cookie') ?? '').split(/; */);
  const value = cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}

let known: { secret: string; key: CryptoKey } | null = null;

/** `verify` compares in constant time. */
async function isSigned(token: string, signature: string, secret: string): Promise<boolean> {
  const encoder = new TextEncoder();
  if (known?.secret !== secret) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    known = { secret, key: await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']) };
  }
  const bytes = fromBase64(signature);
  return bytes !== null && crypto.subtle.verify('HMAC', known.key, bytes, encoder.encode(token));
}

function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
