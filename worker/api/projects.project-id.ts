import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import { type Project, type UpdateProject, updateProjectSchema } from '@specwright/protocol/api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { endRuns, standsAgainstRemoval } from '../run-plan/end-runs.ts';
import { lineSettings } from '../run-plan/line-settings.ts';
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
    c.set('audit', { target: targetOf(project), details: changesOf(project, c.req.valid('json')) });
    const changed = await findProject(c.env.DB, organisationId, project.id);
    if (changed) await dispatchPort(c.env, organisationId).setProject(project.id, lineSettings(c.env, changed));
    return c.json(changed);
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
    c.set('audit', { target: targetOf(project) });
    return c.body(null, 204);
  });

function targetOf({ id, name }: Project) {
  return { kind: 'project', id, name };
}

/** What was set, with what it was before. */
function changesOf(before: Project, { archived, ...change }: UpdateProject): Record<string, unknown> {
  const from = Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Project]]));
  return { ...(Object.keys(change).length > 0 ? { from, to: change } : {}), ...(archived === undefined ? {} : { archived }) };
}
