import { allWorkersSchema } from '@specwright/protocol/workers-api.ts';
import { type Context, Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { tellAll } from '../queue/tell-all.ts';

/** Stop all, Pause all: every worker that the caller sees, or those of one project. */
export const allWorkers = new Hono<App>()
  .post('/api/workers/stop-all', body(allWorkersSchema), (c) => tell(c, 'stop', c.req.valid('json').projectId))
  .post('/api/workers/pause-all', body(allWorkersSchema), (c) => tell(c, 'pause', c.req.valid('json').projectId));

async function tell(c: Context<App>, kind: 'stop' | 'pause', projectId: string | undefined): Promise<Response> {
  const answer = await tellAll(c.env, c.get('caller'), kind, projectId);
  const { organisationId, organisationName } = c.get('caller');
  const target = projectId ? { kind: 'project', id: projectId } : { kind: 'organisation', id: organisationId, name: organisationName };
  c.set('audit', { target, projectId: projectId ?? null, details: { ...answer } });
  return c.json(answer);
}
