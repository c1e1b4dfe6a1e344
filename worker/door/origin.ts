import type { Refusal } from '@specwright/protocol/error-code.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import { originOf, type WorkerEnv } from '../environment.ts';

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** A name that somebody else points at this address is refused: without this, any site could speak to a local server. */
export function hostRefusal(request: Request, env: WorkerEnv): Refusal | null {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return hostsOf(env).includes(host) ? null : refuse('ORIGIN_REFUSED', `This server answers as ${originOf(env).host} only.`);
}

/** State changes and sockets that a cookie could carry must come from our own pages. A bearer's call carries no cookie's power. */
export function originRefusal(request: Request, env: WorkerEnv): Refusal | null {
  if (!changesState(request) && !opensSocket(request)) return null;
  const origin = request.headers.get('origin');
  const { protocol } = originOf(env);
  const own = hostsOf(env).map((host) => `${protocol}//${host}`);
  return origin !== null && own.includes(origin) ? null : refuse('ORIGIN_REFUSED', 'This call did not come from our own pages.');
}

export function changesState(request: Request): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD';
}

export function opensSocket(request: Request): boolean {
  return request.headers.get('upgrade')?.toLowerCase() === 'websocket';
}

/** On a loopback address its other names mean the same machine. */
function hostsOf(env: WorkerEnv): string[] {
  const { hostname, host, port } = originOf(env);
  if (!LOOPBACK.includes(hostname)) return [host];
  return LOOPBACK.map((name) => (port ? `${name}:${port}` : name));
}
