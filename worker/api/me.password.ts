import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { changePasswordSchema } from '@specwright/protocol/people-api.ts';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { authOf } from '../people/auth.ts';
import { readAnswer } from '../people/auth-answer.ts';
import { hasPassword } from '../store/people.ts';
import { endOtherSessions, sessionBegan } from '../store/sessions.ts';

const FRESH_MS = 24 * 60 * 60 * 1000;

/** Changes the password, or sets the first one of a person who came by GitHub or a one-time link. */
export const mePassword = new Hono<App>().post('/api/me/password', body(changePasswordSchema), async (c) => {
  const { userId, sessionId } = c.get('person');
  if (!sessionId) return refused(c, refuse('BAD_REQUEST', 'Only a session can change a password: sign in.'));
  const wish = c.req.valid('json');
  const refusal = (await hasPassword(c.env.DB, userId)) ? await change(c, wish) : await setFirst(c, wish, sessionId);
  return refusal ? refused(c, refusal) : c.body(null, 204);
});

type Wish = z.infer<typeof changePasswordSchema>;

/** Asked to end the others, better-auth ends this session as well and begins a new one, whose cookie goes on. */
async function change(c: Context<App>, { current, next, endOtherSessions: revokeOtherSessions }: Wish): Promise<Refusal | null> {
  const change = { currentPassword: current, newPassword: next, revokeOtherSessions };
  const answer = await authOf(c.env).api.changePassword({ body: change, headers: c.req.raw.headers, asResponse: true });
  const said = await readAnswer(c, answer);
  return isRefusal(said) ? said : null;
}

/** There is no password to ask for: only who signed in lately may set one, so that a session that was found lying about cannot. */
async function setFirst(c: Context<App>, { next, endOtherSessions: endOthers }: Wish, sessionId: string): Promise<Refusal | null> {
  const began = await sessionBegan(c.env.DB, sessionId);
  if (Date.now() - began > FRESH_MS)
    return refuse('FORBIDDEN', 'Sign out and in again first: a first password is set within a day of signing in.');
  const answer = await authOf(c.env).api.setPassword({ body: { newPassword: next }, headers: c.req.raw.headers, asResponse: true });
  const said = await readAnswer(c, answer);
  if (isRefusal(said)) return said;
  if (endOthers) await endOtherSessions(c.env.DB, c.get('person').userId, sessionId);
  return null;
}
