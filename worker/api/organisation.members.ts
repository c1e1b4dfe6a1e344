import type { Page } from '@specwright/protocol/api.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type Member, type ResetLink, updateMemberSchema } from '@specwright/protocol/people-api.ts';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { mayCall } from '../access.ts';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { absent, refused } from '../door/error.ts';
import { mailOf } from '../mail/mail.ts';
import { authOf } from '../people/auth.ts';
import { endMembership } from '../people/end-membership.ts';
import { HOME_STAYS, isAtHome } from '../people/end-organisation.ts';
import { findMember, listMembers, otherMemberships, setRole } from '../store/members.ts';
import { LAST_OWNER } from './organisation.ts';

/** The people of the organisation. Nobody changes who stands above them, and nobody is lifted above who lifts them. */
export const organisationMembers = new Hono<App>()
  .get('/api/organisation/members', async (c) => {
    const items = await listMembers(c.env.DB, c.get('caller').organisationId);
    return c.json({ items, nextCursor: null } satisfies Page<Member>);
  })
  .patch('/api/organisation/members/:userId', body(updateMemberSchema), async (c) => {
    const { organisationId } = c.get('caller');
    const { role } = c.req.valid('json');
    const member = await findMember(c.env.DB, organisationId, c.req.param('userId'));
    if (!member) return absent(c);
    const refusal = aboveRefusal(c, member);
    if (refusal) return refused(c, refusal);
    if (!(await setRole(c.env.DB, organisationId, member.userId, role))) return refused(c, LAST_OWNER);
    c.set('audit', { target: targetOf(member), details: { from: member.role, to: role } });
    return c.json({ ...member, role } satisfies Member);
  })
  .delete('/api/organisation/members/:userId', async (c) => {
    const { organisationId } = c.get('caller');
    const member = await findMember(c.env.DB, organisationId, c.req.param('userId'));
    if (!member) return absent(c);
    const refusal = aboveRefusal(c, member);
    if (refusal) return refused(c, refusal);
    if (isAtHome(c.env, organisationId, member.userId)) return refused(c, HOME_STAYS);
    if (!(await endMembership(c.env, organisationId, member.userId))) return refused(c, LAST_OWNER);
    c.set('audit', { target: targetOf(member), details: { role: member.role } });
    return c.body(null, 204);
  })
  .post('/api/organisation/members/:userId/reset-link', async (c) => {
    const member = await findMember(c.env.DB, c.get('caller').organisationId, c.req.param('userId'));
    if (!member) return absent(c);
    const refusal = await resetRefusal(c, member);
    if (refusal) return refused(c, refusal);
    c.set('audit', { target: targetOf(member) });
    const link = await authOf(c.env).api.makeResetToken({ body: { userId: member.userId } });
    return c.json(link satisfies ResetLink, 201);
  });

function aboveRefusal(c: Context<App>, member: Member): Refusal | null {
  return mayCall(c.get('caller').role, member.role)
    ? null
    : refuse('FORBIDDEN', `${member.name} is ${member.role}: only an owner changes that.`);
}

/** Whoever has such a link is that person, everywhere: so only for who stands below, and belongs nowhere else. */
async function resetRefusal(c: Context<App>, member: Member): Promise<Refusal | null> {
  const { organisationId, userId, role } = c.get('caller');
  if (mailOf(c.env).canSend) return refuse('CONFLICT', 'This server sends mail: they can ask for a link themselves, on the sign-in page.');
  if (member.userId === userId) return refuse('BAD_REQUEST', 'Change your own password on your account’s page.');
  if (role !== 'owner' && mayCall(member.role, role))
    return refuse('FORBIDDEN', `${member.name} is ${member.role}: only an owner may do this.`);
  if ((await otherMemberships(c.env.DB, organisationId, member.userId)) === 0) return null;
  return refuse(
    'FORBIDDEN',
    `${member.name} belongs to other organisations too, where this link would let its bearer in. Ask who runs this server.`,
  );
}

function targetOf({ userId, name }: Member) {
  return { kind: 'person', id: userId, name };
}
