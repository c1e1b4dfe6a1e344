import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { organisationLimitSchema, pauseProjectSchema, type QueuePage, reorderSchema } from '@specwright/protocol/workers-api.ts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { seenWorkers } from '../queue/workers-page.ts';
import { actorOf } from '../run-plan/start-run.ts';

/** The queues of all projects that the caller sees, or of one. */
export const queue = new Hono<App>()
  .get('/api/queue', query(z.object({ projectId: z.string().max(100).optional() })), async (c) => {
    return c.json(await queuePage(c, c.req.valid('query').projectId));
  })
  // Answers with the whole queue of the project, as it stands after the move.
  .post('/api/queue/reorder', body(reorderSchema), async (c) => {
    const { id, before, after } = c.req.valid('json');
    const { items } = await queuePage(c);
    const moved = items.find((item) => item.id === id);
    const anchorId = before ?? after ?? '';
    if (!moved || !items.some((item) => item.id === anchorId)) return absent(c);
    const place = before === undefined ? 'after' : 'before';
    const caller = c.get('caller');
    const refusal = await dispatchPort(c.env, caller.organisationId).reorder({ runId: id, anchorId, place, by: actorOf(caller) });
    if (refusal) return refused(c, refusal);
    c.set('audit', { target: { kind: 'run', id, name: moved.specTitle }, projectId: moved.projectId, details: { [place]: anchorId } });
    return c.json(await queuePage(c, moved.projectId));
  })
  .post('/api/queue/pause', body(pauseProjectSchema), (c) => pause(c, c.req.valid('json').projectId, true))
  .post('/api/queue/resume', body(pauseProjectSchema), (c) => pause(c, c.req.valid('json').projectId, false))
  .put('/api/queue/limit', body(organisationLimitSchema), async (c) => {
    const { organisationId, organisationName } = c.get('caller');
    const limit = c.req.valid('json');
    await dispatchPort(c.env, organisationId).setOrganisation(limit);
    c.set('audit', { target: { kind: 'organisation', id: organisationId, name: organisationName }, details: limit });
    return c.json(limit);
  });

/** Nothing new is begun in the project until somebody resumes it; what works goes on. */
async function pause(c: Context<App>, projectId: string, paused: boolean): Promise<Response> {
  const caller = c.get('caller');
  const found = (await seenWorkers(c.env, caller, projectId)).projects[0];
  if (!found) return absent(c);
  await dispatchPort(c.env, caller.organisationId).pauseProject(projectId, paused, actorOf(caller));
  c.set('audit', { target: { kind: 'project', id: projectId, name: found.projectName }, projectId });
  return c.json((await seenWorkers(c.env, caller, projectId)).projects[0]);
}

async function queuePage(c: Context<App>, projectId?: string): Promise<QueuePage> {
  const { queue: items } = await seenWorkers(c.env, c.get('caller'), projectId);
  return { items, nextCursor: null };
}
