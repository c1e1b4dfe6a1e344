import { createOrganisationSchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { addOrganisation } from '../store/organisations.ts';

/** Makes an organisation that the caller owns; their session is switched to it. */
export const organisations = new Hono<App>().post('/api/organisations', body(createOrganisationSchema), async (c) => {
  const { userId, sessionId } = c.get('person');
  const organisation = await addOrganisation(c.env.DB, c.req.valid('json').name, { ownerId: userId, sessionId });
  const { id, name } = organisation;
  c.set('audit', { organisationId: id, target: { kind: 'organisation', id, name } });
  return c.json(organisation, 201);
});
