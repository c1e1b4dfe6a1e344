import { refuse } from '@specwright/protocol/error-code.ts';
import { type InvitationLook, invitationTokenSchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken } from '../door/secret.ts';
import { acceptInvitation, lookAtInvitation } from '../store/invitations.ts';
import { switchOrganisation } from '../store/sessions.ts';

const SPENT = refuse('LINK_SPENT', 'This invitation was used, was taken back, or is older than seven days. Ask for a new one.');

/** What an invited person does with their link's token. */
export const invitations = new Hono<App>()
  .post('/api/invitations/look', body(invitationTokenSchema), async (c) => {
    const found = await lookAtInvitation(c.env.DB, await hashToken(c.req.valid('json').token));
    if (!found) return refused(c, SPENT);
    const { organisationId: _, ...look } = found;
    return c.json(look satisfies InvitationLook);
  })
  // Joins, and switches the session to the new organisation.
  .post('/api/invitations/accept', body(invitationTokenSchema), async (c) => {
    const { userId, email, name, sessionId } = c.get('person');
    const tokenHash = await hashToken(c.req.valid('json').token);
    const organisation = await acceptInvitation(c.env.DB, tokenHash, { id: userId, email });
    if (!organisation) {
      const look = await lookAtInvitation(c.env.DB, tokenHash);
      return refused(c, look ? refuse('FORBIDDEN', 'This invitation is for another address. Sign in with that one.') : SPENT);
    }
    if (sessionId) await switchOrganisation(c.env.DB, sessionId, organisation.id);
    c.set('audit', { organisationId: organisation.id, target: { kind: 'person', id: userId, name }, details: { role: organisation.role } });
    return c.json(organisation);
  });
