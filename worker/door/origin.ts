import type { Refusal } from '@specwright/protocol/error-code.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import { originOf, type WorkerEnv } from '../environment.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
const REFUSED = refuse('ORIGIN_REFUSED', 'This call did not come from our own pages.');

/** A name that somebody else points at this address is refused: without this, any site could speak to a local server. */
export function hostRefusal(request: Request, env: WorkerEnv): Refusal | null {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return hostsOf(env).includes(host) ? null : refuse('ORIGIN_REFUSED', `This server answers as ${originOf(env).host} only.`);
}

/**
 * What a cookie carries must come from our own pages: state changes and sockets name our Origin, and nothing but a
 * followed link comes from another site. A bearer's call carries no cookie's power.
 */
export function cookieRefusal(request: Request, env: WorkerEnv): Refusal | null {
  if (opensSocket(request) || changesState(request)) return isOurs(request.headers.get('origin'), env) && isNear(request) ? null : REFUSED;
  return isNear(request) || request.headers.get('sec-fetch-mode') === 'navigate' ? null : REFUSED;
}

/** Nobody is signed in yet: a browser always names the Origin of a POST, a machine has none and no cookie. */
export function publicRefusal(request: Request, env: WorkerEnv): Refusal | null {
  const fromBrowser = ['origin', 'cookie', 'sec-fetch-site'].some((name) => request.headers.has(name));
  if (!fromBrowser || (!changesState(request) && !opensSocket(request))) return null;
  return isOurs(request.headers.get('origin'), env) && isNear(request) ? null : REFUSED;
}

export function changesState(request: Request): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD';
}

export function opensSocket(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket';
}

function isOurs(origin: string | null, env: WorkerEnv): boolean {
  const { protocol } = originOf(env);
  return origin !== null && hostsOf(env).some((host) => `${protocol}//${host}` === origin);
}

/** What the browser itself says of the page that asks; older ones say nothing. */
function isNear(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none' || opensSocket(request);
}

/** On a loopback address its other names mean the same machine. */
function hostsOf(env: WorkerEnv): string[] {
  const { hostname, host, port } = originOf(env);
  if (!LOOPBACK.includes(hostname)) return [host];
  return LOOPBACK.map((name) => (port ? `${name}:${port}` : name));
}
