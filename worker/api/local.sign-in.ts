import { Hono } from 'hono';
import { z } from 'zod';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { hashToken } from '../door/secret.ts';
import { authOf } from '../people/auth.ts';
import { useLink } from '../store/one-time-links.ts';

const SPENT =
  'This sign-in link was used or is older than 15 minutes. Get a new one with `npx specwright link`, or by starting the server again.';

/** Uses a one-time link and sets the session's cookie. */
export const localSignIn = new Hono<App>().post('/api/local/sign-in', body(z.object({ token: z.string().min(1).max(200) })), async (c) => {
  const userId = await useLink(c.env.DB, await hashToken(c.req.valid('json').token));
  if (!userId) return refused(c, { code: 'LINK_SPENT', message: SPENT });
  const signedIn = await authOf(c.env).api.makeLocalSession({ body: { userId }, headers: c.req.raw.headers, asResponse: true });
  for (const cookie of signedIn.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
  return c.json({ signedIn: true });
});
