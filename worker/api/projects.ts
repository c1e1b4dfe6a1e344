import { createProjectSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { addProject, findProject, listProjects } from '../store/projects.ts';

export const projects = new Hono<App>()
  .get('/api/projects', query(pageQuerySchema), async (c) => {
    const page = c.req.valid('query');
    return c.json(pageOf(await listProjects(c.env.DB, c.get('caller'), page), page.limit));
  })
  .post('/api/projects', body(createProjectSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const id = await addProject(c.env.DB, organisationId, c.req.valid('json'));
    c.set('audit', { target: { kind: 'project', id, name: c.req.valid('json').name }, projectId: id });
    return c.json(await findProject(c.env.DB, organisationId, id), 201);
  });
