import { createSpecSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body, query } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { pageOf, pageQuerySchema } from '../store/page.ts';
import { findProject } from '../store/projects.ts';
import { addSpec, findSpec, listSpecs, specView } from '../store/specs.ts';

export const ARCHIVED = { code: 'PROJECT_ARCHIVED', message: 'The project is archived. Restore it first.' } as const;

export const projectSpecs = new Hono<App>()
  .get('/api/projects/:projectId/specs', query(pageQuerySchema), async (c) => {
    const { organisationId } = c.get('caller');
    const page = c.req.valid('query');
    const project = await findProject(c.env.DB, organisationId, c.req.param('projectId'));
    return project ? c.json(pageOf(await listSpecs(c.env.DB, organisationId, project.id, page), page.limit)) : absent(c);
  })
  .post('/api/projects/:projectId/specs', body(createSpecSchema), async (c) => {
    const { organisationId, userId } = c.get('caller');
    const project = await findProject(c.env.DB, organisationId, c.req.param('projectId'));
    if (!project) return absent(c);
    if (project.archivedAt !== null) return refused(c, ARCHIVED);
    const owner = { organisationId, projectId: project.id, sourceMarkdown: null, sourceTasks: null, savedBy: userId };
    const id = await addSpec(c.env.DB, { ...owner, ...c.req.valid('json') });
    const row = await findSpec(c.env.DB, organisationId, id);
    return row ? c.json(await specView(c.env.DB, row), 201) : absent(c);
  });
