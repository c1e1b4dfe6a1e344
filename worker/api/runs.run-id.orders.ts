import { raiseLimitsSchema } from '@specwright/protocol/api.ts';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { type CommandAnswer, openRun, tellRun } from '../run-plan/command-run.ts';
import { type KnownRun, knownRun } from '../run-plan/known-run.ts';
import { actorOf } from '../run-plan/start-run.ts';

/** What people may wish of a run. Each answers { status, seq }; what the run refuses is answered with its code. */
export const runOrders = new Hono<App>()
  .post('/api/runs/:runId/pause', (c) => order(c, (row) => tellRun(c.env, row, { kind: 'pause', actor: actorOf(c.get('caller')) })))
  .post('/api/runs/:runId/stop', (c) => order(c, (row) => tellRun(c.env, row, { kind: 'stop', actor: actorOf(c.get('caller')) })))
  .post('/api/runs/:runId/resume', (c) => order(c, (row) => openRun(c.env, c.get('caller'), row, { kind: 'resume' })))
  .post('/api/runs/:runId/limits', body(raiseLimitsSchema), (c) => {
    const limits = c.req.valid('json');
    return order(c, (row) => tellRun(c.env, row, { kind: 'raise_limits', ...limits, actor: actorOf(c.get('caller')) }));
  })
  .post('/api/runs/:runId/chunks/:chunkId/retry', (c) => {
    const wish = { kind: 'retry', chunkId: c.req.param('chunkId') } as const;
    return order(c, (row) => openRun(c.env, c.get('caller'), row, wish));
  })
  .post('/api/runs/:runId/chunks/:chunkId/skip', (c) => {
    const wish = { kind: 'skip', chunkId: c.req.param('chunkId') } as const;
    return order(c, (row) => openRun(c.env, c.get('caller'), row, wish));
  });

async function order(c: Context<App>, carryOut: (row: KnownRun) => Promise<CommandAnswer>): Promise<Response> {
  const row = await knownRun(c.env, c.get('caller').organisationId, c.req.param('runId') ?? '');
  if (!row) return absent(c);
  const answer = await carryOut(row);
  return isRefusal(answer) ? refused(c, answer) : c.json(answer);
}
