import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { refused } from '../door/error.ts';
import { pageHeaders, passSocket } from '../door/pass-socket.ts';
import { workersStream } from '../stream/workers-stream.ts';

/**
 * What becomes of workers and queues, as server-sent events (protocol/workers-api.ts). Beginnings and ends carry an `id:`; Last-Event-ID
 * goes on after it, and whoever comes gets all as it is now.
 */
export const workersEvents = new Hono<App>().get('/api/workers/events', async (c) => {
  const seen = Number(c.req.header('last-event-id') ?? 'none');
  const path = Number.isInteger(seen) && seen >= 0 ? `/workers?since=${seen}` : '/workers';
  const answer = await passSocket(dispatchPort(c.env, c.get('caller').organisationId), path, pageHeaders(c.get('caller')));
  if (answer.status === 429) return refused(c, (await answer.json()) as Refusal);
  return answer.webSocket ? workersStream(answer.webSocket) : refused(c, { code: 'UNAVAILABLE', message: 'Try again in a moment.' });
});
