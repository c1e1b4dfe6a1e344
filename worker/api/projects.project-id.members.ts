import { type ProjectMembers, projectMembersSchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { findProjectMembers, setProjectMembers, strangersOf } from '../store/project-members.ts';

/** Who sees a project. Owners and admins always do, so they need not be named. */
export const projectMembersRoutes = new Hono<App>()
  .get('/api/projects/:projectId/members', async (c) => {
    const found = await findProjectMembers(c.env.DB, c.get('caller').organisationId, c.req.param('projectId'));
    return found ? c.json(found satisfies ProjectMembers) : absent(c);
  })
  .put('/api/projects/:projectId/members', body(projectMembersSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const projectId = c.req.param('projectId');
    const before = await findProjectMembers(c.env.DB, organisationId, projectId);
    if (!before) return absent(c);
    const wish = c.req.valid('json');
    const strangers = await strangersOf(c.env.DB, organisationId, wish.userIds);
    if (strangers.length > 0)
      return refused(c, { code: 'BAD_REQUEST', message: `userIds: no members of the organisation: ${strangers.join(', ')}.` });
    await setProjectMembers(c.env.DB, organisationId, projectId, wish);
    const after = await findProjectMembers(c.env.DB, organisationId, projectId);
    c.set('audit', { target: { kind: 'project', id: projectId }, details: { from: before, to: after } });
    return after ? c.json(after satisfies ProjectMembers) : absent(c);
  });
