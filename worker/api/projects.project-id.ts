import { updateProjectSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { endRuns, standsAgainstRemoval } from '../run-plan/end-runs.ts';
import { changeProject, findProject, removeProject } from '../store/projects.ts';

export const projectById = new Hono<App>()
  .get('/api/projects/:projectId', async (c) => {
    const project = await findProject(c.env.DB, c.get('caller').organisationId, c.req.param('projectId'));
    return project ? c.json(project) : absent(c);
  })
  .patch('/api/projects/:projectId', body(updateProjectSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const project = await findProject(c.env.DB, organisationId, c.req.param('projectId'));
    if (!project) return absent(c);
    await changeProject(c.env.DB, project, c.req.valid('json'));
    return c.json(await findProject(c.env.DB, organisationId, project.id));
  })
  // Removes the project with its specs, chunks, runs and their objects. While a run is active it takes ?stop=true.
  .delete('/api/projects/:projectId', async (c) => {
    const { organisationId } = c.get('caller');
    const project = await findProject(c.env.DB, organisationId, c.req.param('projectId'));
    if (!project) return absent(c);
    const scope = { projectId: project.id };
    const refusal = await standsAgainstRemoval(c.env, organisationId, scope, c.req.query('stop') === 'true');
    if (refusal) return refused(c, refusal);
    await endRuns(c.env, c.get('caller'), scope);
    await removeProject(c.env.DB, organisationId, project.id);
    return c.body(null, 204);
  });
