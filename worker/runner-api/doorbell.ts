import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { refused } from '../door/error.ts';
import { opensSocket } from '../door/origin.ts';
import { passSocket } from '../door/pass-socket.ts';

/** The doorbell: a socket that says `pull`. */
export const doorbell = new Hono<App>().get('/runner-api/doorbell', (c) => {
  if (!opensSocket(c.req.raw)) return refused(c, { code: 'BAD_REQUEST', message: 'This route opens a WebSocket.' });
  const { id, organisationId } = c.get('runner');
  return passSocket(dispatchPort(c.env, organisationId), '/doorbell', { 'x-specwright-runner-id': id });
});
