import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { opensSocket } from '../door/origin.ts';
import { pageHeaders, passSocket } from '../door/pass-socket.ts';

const watchSchema = z.object({ since: z.coerce.number().int().nonnegative().optional(), counts: z.enum(['true', 'false']).optional() });

/** A page's socket to its organisation's workers and queues: WorkerEvent frames. The Worker says who it is, dispatch what they see. */
export const workersSocket = new Hono<App>().get('/api/workers/socket', query(watchSchema), async (c) => {
  if (!opensSocket(c.req.raw)) return refused(c, { code: 'BAD_REQUEST', message: 'This route opens a WebSocket.' });
  const { since, counts = 'false' } = c.req.valid('query');
  const path = `/workers?counts=${counts}${since === undefined ? '' : `&since=${since}`}`;
  const answer = await passSocket(dispatchPort(c.env, c.get('caller').organisationId), path, pageHeaders(c.get('caller')));
  return answer.status === 429 ? refused(c, (await answer.json()) as Refusal) : answer;
});
