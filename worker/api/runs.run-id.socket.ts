import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import type { Refusal } from '@specwright/protocol/error-code.ts';
import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { opensSocket } from '../door/origin.ts';
import { pageHeaders, passSocket } from '../door/pass-socket.ts';
import { knownRun } from '../run-plan/known-run.ts';

const sinceSchema = z.object({ since: z.coerce.number().int().nonnegative().optional() });

/** A page's socket to a run: the Worker says who it is, the run's object holds it. */
export const runSocket = new Hono<App>().get('/api/runs/:runId/socket', query(sinceSchema), async (c) => {
  const { organisationId } = c.get('caller');
  const row = await knownRun(c.env, organisationId, c.req.param('runId'));
  if (!row) return absent(c);
  if (!opensSocket(c.req.raw)) return refused(c, { code: 'BAD_REQUEST', message: 'This route opens a WebSocket.' });
  const { since } = c.req.valid('query');
  const path = since === undefined ? '/page' : `/page?since=${since}`;
  const answer = await passSocket(runPort(c.env, row.id), path, pageHeaders(c.get('caller')));
  return answer.status === 429 ? refused(c, (await answer.json()) as Refusal) : answer;
});
