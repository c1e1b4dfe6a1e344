import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { isRefusal } from '@specwright/protocol/error-code.ts';
import { organisationLimitSchema, pauseProjectSchema, type QueuePage, reorderSchema } from '@specwright/protocol/workers-api.ts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { seenWorkers } from '../queue/workers-page.ts';
import { actorOf } from '../run-plan/start-run.ts';
import { listProjectLines } from '../store/project-lines.ts';

/** The queues of all projects that the caller sees, or of one. */
export const queue = new Hono<App>()
  .get('/api/queue', query(z.object({ projectId: z.string().max(100).optional() })), async (c) => {
    return c.json(await queuePage(c, c.req.valid('query').projectId));
  })
  // Answers with the whole queue of the project, as it stands after the move.
  .post('/api/queue/reorder', body(reorderSchema), async (c) => {
    const { id, before, after } = c.req.valid('json');
    const caller = c.get('caller');
    const [anchorId, place] = before === undefined ? [after ?? '', 'after' as const] : [before, 'before' as const];
    const projectIds = (await listProjectLines(c.env.DB, caller)).map((project) => project.id);
    const move = { runId: id, anchorId, place, by: actorOf(caller) };
    const queue = await dispatchPort(c.env, caller.organisationId).reorder(move, projectIds);
    if (isRefusal(queue)) return queue.code === 'NOT_FOUND' ? absent(c) : refused(c, queue);
    const name = queue.items.find((item) => item.id === id)?.specTitle;
    c.set('audit', { target: { kind: 'run', id, name }, projectId: queue.projectId, details: { [place]: anchorId } });
    return c.json({ items: queue.items, nextCursor: null } satisfies QueuePage);
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
