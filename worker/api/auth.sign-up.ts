import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { type SignedUp, signUpSchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken } from '../door/secret.ts';
import { signUpOf, type WorkerEnv } from '../environment.ts';
import { mailOf } from '../mail/mail.ts';
import { authOf } from '../people/auth.ts';
import { readAnswer } from '../people/auth-answer.ts';
import { acceptInvitation, lookAtInvitation } from '../store/invitations.ts';
import { findPerson, forgetCutOff } from '../store/people.ts';

/** Makes an account; by an invitation, a member as well. Where mail is sent, a taken address is answered like a free one. */
export const authSignUp = new Hono<App>().post('/api/auth/sign-up/email', body(signUpSchema), async (c) => {
  const { invitation, ...account } = c.req.valid('json');
  const tokenHash = invitation ? await hashToken(invitation) : null;
  const invited = await invitedAs(c.env, account.email, tokenHash);
  if (isRefusal(invited)) return refused(c, invited);
  await forgetCutOff(c.env.DB, account.email);
  const auth = authOf(c.env, { proven: invited.proven });
  const answer = await auth.api.signUpEmail({ body: account, headers: c.req.raw.headers, asResponse: true });
  const said = await readAnswer<{ token: string | null; user: { id: string } }>(c, answer);
  if (isRefusal(said)) return refused(c, said);
  // Of an address that was taken, the answer names a person that there is not.
  const person = await findPerson(c.env.DB, said.user.id);
  const joined = person && tokenHash ? await acceptInvitation(c.env.DB, tokenHash, person) : null;
  if (person) {
    const actor = { kind: 'person', id: person.id, name: person.name } as const;
    c.set('audit', { actor, organisationId: joined?.id, target: { kind: 'person', id: person.id, name: person.name } });
  } else c.set('audit', null);
  return c.json({ signedIn: said.token !== null } satisfies SignedUp, 201);
});

/** Whether this address may sign up, and whether the invitation's letter has proved it already. */
async function invitedAs(env: WorkerEnv, email: string, tokenHash: string | null): Promise<{ proven: string | null } | Refusal> {
  if (!tokenHash) {
    const open = signUpOf(env) === 'open';
    return open ? { proven: null } : refuse('FORBIDDEN', 'This server takes new people by invitation only. Ask for an invitation’s link.');
  }
  const invitation = await lookAtInvitation(env.DB, tokenHash);
  if (!invitation) return refuse('LINK_SPENT', 'This invitation was used, was taken back, or is older than seven days. Ask for a new one.');
  if (invitation.email && invitation.email !== email) return refuse('FORBIDDEN', 'email: This invitation is for another address.');
  return { proven: invitation.email && mailOf(env).canSend ? email : null };
}
