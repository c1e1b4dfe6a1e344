import type { Page } from '@specwright/protocol/api.ts';
import { refuse } from '@specwright/protocol/error-code.ts';
import { type CreatedInvitation, createInvitationSchema, type Invitation } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { hashToken, newToken } from '../door/secret.ts';
import { originOf } from '../environment.ts';
import { invitation as invitationLetter } from '../mail/letters.ts';
import { mailOf } from '../mail/mail.ts';
import { addInvitation, cancelInvitation, listInvitations } from '../store/invitations.ts';

/** Invitations hold for seven days and work once; one to an address works for that address alone. */
export const organisationInvitations = new Hono<App>()
  .get('/api/organisation/invitations', async (c) => {
    const items = await listInvitations(c.env.DB, c.get('caller').organisationId);
    return c.json({ items, nextCursor: null } satisfies Page<Invitation>);
  })
  .post('/api/organisation/invitations', body(createInvitationSchema), async (c) => {
    const { organisationId, organisationName, userId: inviterId, name: by, role: own } = c.get('caller');
    const { email, role } = c.req.valid('json');
    if (!mayCall(own, role)) return refused(c, refuse('FORBIDDEN', `role: You are ${own}, and can invite nobody above that.`));
    const token = newToken('swi');
    const invitation = await addInvitation(c.env.DB, { organisationId, email, role, inviterId, tokenHash: await hashToken(token) }, by);
    c.set('audit', { target: { kind: 'invitation', id: invitation.id, name: email }, details: { role } });
    const mail = mailOf(c.env);
    if (!email || !mail.canSend) return c.json({ invitation, token, mailed: false } satisfies CreatedInvitation, 201);
    const letter = invitationLetter({ to: email, origin: originOf(c.env), token, organisation: organisationName, by });
    if (await mail.send(letter)) return c.json({ invitation, token: null, mailed: true } satisfies CreatedInvitation, 201);
    await cancelInvitation(c.env.DB, organisationId, invitation.id);
    return refused(c, refuse('UNAVAILABLE', 'The letter could not be sent. Try again, or make a link without an address and hand it on.'));
  })
  .delete('/api/organisation/invitations/:invitationId', async (c) => {
    const cancelled = await cancelInvitation(c.env.DB, c.get('caller').organisationId, c.req.param('invitationId'));
    return cancelled ? c.body(null, 204) : absent(c);
  });
