/** What an object believes of a caller stands in these headers; only the Worker sets them. */
const TRUSTED = /^x-specwright-/i;

/** Hands a WebSocket's opening request on to an object, with nothing of the caller's but the handshake. */
export function passSocket(object: { fetch(request: Request): Promise<Response> }, path: string, trusted: Record<string, string>) {
  const headers = new Headers({ upgrade: 'websocket' });
  for (const [name, value] of Object.entries(trusted)) if (TRUSTED.test(name)) headers.set(name, value);
  return object.fetch(new Request(`http://object${path}`, { headers }));
}
