import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { opensSocket } from '../door/origin.ts';
import { passSocket } from '../door/pass-socket.ts';
import { knownRun } from '../run-plan/known-run.ts';

const sinceSchema = z.object({ since: z.coerce.number().int().nonnegative().optional() });

/** A page's socket to a run: the Worker says who it is, the run's object holds it. */
export const runSocket = new Hono<App>().get('/api/runs/:runId/socket', query(sinceSchema), async (c) => {
  const { organisationId, userId, role } = c.get('caller');
  const row = await knownRun(c.env, organisationId, c.req.param('runId'));
  if (!row) return absent(c);
  if (!opensSocket(c.req.raw)) return refused(c, { code: 'BAD_REQUEST', message: 'This route opens a WebSocket.' });
  const { since } = c.req.valid('query');
  const path = since === undefined ? '/page' : `/page?since=${since}`;
  return passSocket(runPort(c.env, row.id), path, { 'x-specwright-user-id': userId, 'x-specwright-role': role });
});
