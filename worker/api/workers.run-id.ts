import { isRefusal } from '@specwright/protocol/error-code.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { absent, refused } from '../door/error.ts';
import { oneWorker } from '../queue/one-worker.ts';
import { type CommandAnswer, openRun, tellRun } from '../run-plan/command-run.ts';
import { type KnownRun, knownRun } from '../run-plan/known-run.ts';
import { actorOf } from '../run-plan/start-run.ts';

/** One worker. DELETE stops it: its work is kept, and a resume opens it again. Each order answers `{status, seq}` of the run. */
export const workerById = new Hono<App>()
  .get('/api/workers/:runId', async (c) => {
    const worker = await oneWorker(c.env, c.get('caller'), c.req.param('runId'));
    return worker ? c.json(worker) : absent(c);
  })
  .delete('/api/workers/:runId', (c) => order(c, (row) => tellRun(c.env, row, { kind: 'stop', actor: actorOf(c.get('caller')) })))
  .post('/api/workers/:runId/pause', (c) => order(c, (row) => tellRun(c.env, row, { kind: 'pause', actor: actorOf(c.get('caller')) })))
  .post('/api/workers/:runId/resume', (c) => order(c, (row) => openRun(c.env, c.get('caller'), row, { kind: 'resume' })));

async function order(c: Context<App>, carryOut: (row: KnownRun) => Promise<CommandAnswer>): Promise<Response> {
  const runId = c.req.param('runId') ?? '';
  const row = await knownRun(c.env, c.get('caller').organisationId, runId);
  if (!row) return absent(c);
  const answer = await carryOut(row);
  return isRefusal(answer) ? refused(c, answer) : c.json(answer);
}
