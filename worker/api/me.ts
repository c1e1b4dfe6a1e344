import type { Me } from '@specwright/protocol/api.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import { switchOrganisationSchema, updateMeSchema } from '@specwright/protocol/people-api.ts';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { buildOf } from '../environment.ts';
import { renamePerson } from '../store/people.ts';
import { switchOrganisation } from '../store/sessions.ts';

/** Who is signed in, their name, and the organisation where they act. */
export const me = new Hono<App>()
  .get('/api/me', (c) => c.json(meOf(c)))
  .patch('/api/me', body(updateMeSchema), async (c) => {
    const { name } = c.req.valid('json');
    await renamePerson(c.env.DB, c.get('person').userId, name);
    return c.json({ ...meOf(c), user: { ...userOf(c), name } } satisfies Me);
  })
  .put('/api/me/organisation', body(switchOrganisationSchema), async (c) => {
    const { memberships, sessionId } = c.get('person');
    const { organisationId } = c.req.valid('json');
    const there = memberships.find((membership) => membership.organisationId === organisationId);
    if (!there) return absent(c);
    if (!sessionId) return refused(c, refuse('BAD_REQUEST', 'Only a session can be switched: sign in.'));
    await switchOrganisation(c.env.DB, sessionId, organisationId);
    const organisation = { id: organisationId, name: there.organisationName };
    return c.json({ ...meOf(c), organisation, role: there.role } satisfies Me);
  });

/** All of it is known from the door: nothing is asked for again. */
function meOf(c: Context<App>): Me {
  const { via, memberships } = c.get('person');
  const caller = c.get('caller');
  const organisations = memberships.map(({ organisationId: id, organisationName: name, role, createdAt }) => ({
    id,
    name,
    role,
    createdAt,
  }));
  const organisation = caller ? { id: caller.organisationId, name: caller.organisationName } : null;
  return { user: userOf(c), organisation, role: caller?.role ?? null, organisations, via, build: buildOf(c.env) };
}

function userOf(c: Context<App>): Me['user'] {
  const { userId, name, email } = c.get('person');
  return { id: userId, name, email };
}
