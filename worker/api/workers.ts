import { isRefusal } from '@specwright/protocol/error-code.ts';
import { startWorkerSchema } from '@specwright/protocol/workers-api.ts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { once } from '../door/idempotency.ts';
import { startWorker, visibleSpec } from '../queue/start-worker.ts';
import { seenWorkers, workersPage } from '../queue/workers-page.ts';

/** Workers of all projects that the caller sees, or of one. POST starts a spec; when the slots are taken it waits in its project's queue. */
export const workers = new Hono<App>()
  .get('/api/workers', query(z.object({ projectId: z.string().max(100).optional() })), async (c) => {
    return c.json(workersPage(await seenWorkers(c.env, c.get('caller'), c.req.valid('query').projectId)));
  })
  .post('/api/workers', body(startWorkerSchema), (c) => start(c, c.req.valid('json')))
  .post('/api/queue', body(startWorkerSchema), (c) => start(c, c.req.valid('json')));

async function start(c: Context<App>, wish: z.infer<typeof startWorkerSchema>): Promise<Response> {
  const spec = await visibleSpec(c.env, c.get('caller'), wish.specId);
  if (!spec) return absent(c);
  c.set('audit', null);
  return once(c, `start ${spec.id}`, async () => {
    const started = await startWorker(c.env, c.get('caller'), spec, wish);
    if (isRefusal(started)) return refused(c, started);
    const begun = started.id !== null && !started.attached;
    c.set('audit', begun ? { target: { kind: 'run', id: started.id ?? '', name: spec.title }, projectId: spec.projectId } : null);
    return c.json(started, begun ? 201 : 200);
  });
}
