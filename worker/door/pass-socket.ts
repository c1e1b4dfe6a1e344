import type { Caller } from './app-types.ts';

/** What a run's object is told of who watches it, so that it can ask again whether they still may. */
export function pageHeaders({ userId, role, organisationId, sessionId, keyId }: Caller): Record<string, string> {
  return {
    'x-specwright-user-id': userId,
    'x-specwright-role': role,
    'x-specwright-organisation-id': organisationId,
    'x-specwright-authorised-at': String(Date.now()),
    ...(sessionId === null ? {} : { 'x-specwright-session-id': sessionId }),
    ...(keyId === null ? {} : { 'x-specwright-key-id': keyId }),
  };
}

/** What an object believes of a caller stands in these headers; only the Worker sets them. */
const TRUSTED = /^x-specwright-/i;

/** Hands a WebSocket's opening request on to an object, with nothing of the caller's but the handshake. */
export function passSocket(object: { fetch(request: Request): Promise<Response> }, path: string, trusted: Record<string, string>) {
  const headers = new Headers({ upgrade: 'websocket' });
  for (const [name, value] of Object.entries(trusted)) if (TRUSTED.test(name)) headers.set(name, value);
  return object.fetch(new Request(`http://object${path}`, { headers }));
}
