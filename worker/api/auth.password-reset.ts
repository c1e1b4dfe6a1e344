import { isRefusal } from '@specwright/protocol/error-code.ts';
import { requestPasswordResetSchema, resetPasswordSchema } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { authOf } from '../people/auth.ts';
import { readAnswer } from '../people/auth-answer.ts';
import { noteWho } from '../people/sign-in-notes.ts';

/** A new password by a link. Asking is answered alike whether the address is known or not; the letter is sent after the answer. */
export const authPasswordReset = new Hono<App>()
  .post('/api/auth/request-password-reset', body(requestPasswordResetSchema), async (c) => {
    const { email } = c.req.valid('json');
    const answer = await authOf(c.env).api.requestPasswordReset({ body: { email }, headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer(c, answer);
    return isRefusal(said) ? refused(c, said) : c.json({ asked: true });
  })
  // Uses the link, and ends every session that the person has.
  .post('/api/auth/reset-password', body(resetPasswordSchema), async (c) => {
    let whose: { id: string; name: string } | null = null;
    const auth = authOf(c.env, { onReset: (person) => (whose = person) });
    const answer = await auth.api.resetPassword({ body: c.req.valid('json'), headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer(c, answer);
    if (isRefusal(said)) return refused(c, said);
    if (whose) await noteWho(c, whose);
    return c.json({ changed: true });
  });
