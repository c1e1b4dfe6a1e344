import { refuse } from '@specwright/protocol/error-code.ts';
import {
  deleteOrganisationSchema,
  type Organisation,
  transferOwnershipSchema,
  updateOrganisationSchema,
} from '@specwright/protocol/people-api.ts';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { endMembership } from '../people/end-membership.ts';
import { endOrganisation, HOME_STAYS, isAtHome, standsAgainstEnd } from '../people/end-organisation.ts';
import { findMember, transferOwnership } from '../store/members.ts';
import { findOrganisation, renameOrganisation } from '../store/organisations.ts';

/** The organisation where the caller acts. */
export const organisation = new Hono<App>()
  .get('/api/organisation', async (c) => {
    const found = await organisationOf(c);
    return found ? c.json(found) : absent(c);
  })
  .patch('/api/organisation', body(updateOrganisationSchema), async (c) => {
    const { organisationId, organisationName: from } = c.get('caller');
    const { name } = c.req.valid('json');
    await renameOrganisation(c.env.DB, organisationId, name);
    c.set('audit', { target: { kind: 'organisation', id: organisationId, name }, details: { from, to: name } });
    const found = await organisationOf(c);
    return found ? c.json(found) : absent(c);
  })
  // Takes the organisation's name, typed. Everything in it goes with it.
  .delete('/api/organisation', body(deleteOrganisationSchema), async (c) => {
    const { organisationId, organisationName } = c.get('caller');
    if (c.req.valid('json').confirm.trim() !== organisationName)
      return refused(c, refuse('BAD_REQUEST', 'confirm: Type the organisation’s name as it is.'));
    const refusal = await standsAgainstEnd(c.env, organisationId);
    if (refusal) return refused(c, refusal);
    await endOrganisation(c.env, c.get('caller'));
    c.set('audit', { target: { kind: 'organisation', id: organisationId, name: organisationName } });
    return c.body(null, 204);
  })
  .post('/api/organisation/leave', async (c) => {
    const { organisationId, userId, name } = c.get('caller');
    if (isAtHome(c.env, organisationId, userId)) return refused(c, HOME_STAYS);
    if (!(await endMembership(c.env, organisationId, userId))) return refused(c, LAST_OWNER);
    c.set('audit', { target: { kind: 'person', id: userId, name } });
    return c.body(null, 204);
  })
  // Makes another member the owner, and the caller an admin.
  .post('/api/organisation/transfer', body(transferOwnershipSchema), async (c) => {
    const { organisationId, userId } = c.get('caller');
    const to = c.req.valid('json').userId;
    const member = await findMember(c.env.DB, organisationId, to);
    if (!member) return absent(c);
    if (to === userId) return refused(c, refuse('BAD_REQUEST', 'userId: You own it already.'));
    if (!(await transferOwnership(c.env.DB, organisationId, userId, to)))
      return refused(c, refuse('CONFLICT', 'The roles have changed meanwhile. Look again.'));
    c.set('audit', { target: { kind: 'person', id: to, name: member.name } });
    return c.body(null, 204);
  });

export const LAST_OWNER = refuse('CONFLICT', 'An organisation needs an owner. Transfer the ownership first, or delete the organisation.');

async function organisationOf(c: Context<App>): Promise<Organisation | null> {
  const { organisationId, role } = c.get('caller');
  const found = await findOrganisation(c.env.DB, organisationId);
  return found && { ...found, role };
}
