import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { absent, refused } from '../door/error.ts';
import { type CommandAnswer, openRun, tellRun } from '../run-plan/command-run.ts';
import { actorOf } from '../run-plan/start-run.ts';
import { latestRunOf, type RunRow } from '../store/runs.ts';

/** Orders to a spec's latest run, by the names that people know. */
export const specRunAllOrders = new Hono<App>()
  .post('/api/specs/:specId/run-all/abort', (c) =>
    order(c, (row) => tellRun(c.env, row, { kind: 'stop', actor: actorOf(c.get('caller')) })),
  )
  .post('/api/specs/:specId/run-all/pause', (c) =>
    order(c, (row) => tellRun(c.env, row, { kind: 'pause', actor: actorOf(c.get('caller')) })),
  )
  .post('/api/specs/:specId/run-all/resume', (c) => order(c, (row) => openRun(c.env, c.get('caller'), row, { kind: 'resume' })));

async function order(c: Context<App>, carryOut: (row: RunRow) => Promise<CommandAnswer>): Promise<Response> {
  const row = await latestRunOf(c.env.DB, c.get('caller').organisationId, c.req.param('specId') ?? '');
  if (!row) return absent(c);
  const answer = await carryOut(row);
  return isRefusal(answer) ? refused(c, answer) : c.json({ runId: row.id, ...answer });
}
