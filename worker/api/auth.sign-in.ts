import { isRefusal, refuse } from '@specwright/protocol/error-code.ts';
import { signInSchema, signInSocialSchema, verifyEmailSchema } from '@specwright/protocol/people-api.ts';
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { body } from '../door/body.ts';
import { refused } from '../door/error.ts';
import { originOf } from '../environment.ts';
import { authOf } from '../people/auth.ts';
import { readAnswer } from '../people/auth-answer.ts';
import { noteFailedSignIn, noteWho } from '../people/sign-in-notes.ts';

/** Signing in and out. A session's token goes into the cookie alone, never into a body. */
export const authSignIn = new Hono<App>()
  .post('/api/auth/sign-in/email', body(signInSchema), async (c) => {
    const answer = await authOf(c.env).api.signInEmail({ body: c.req.valid('json'), headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer<{ user: { id: string; name: string } }>(c, answer);
    if (isRefusal(said)) {
      noteFailedSignIn(c, c.req.valid('json').email);
      return refused(c, said);
    }
    await noteWho(c, said.user);
    return c.json({ signedIn: true });
  })
  .post('/api/auth/sign-in/social', body(signInSocialSchema), async (c) => {
    const { provider, callbackURL, errorCallbackURL } = c.req.valid('json');
    if (!c.env.GITHUB_CLIENT_ID || !c.env.GITHUB_CLIENT_SECRET)
      return refused(c, refuse('BAD_REQUEST', 'provider: This server has no keys for it.'));
    const pages = [callbackURL, errorCallbackURL].map((path) => ownPage(c, path));
    const [back, failed] = pages;
    if (!back || !failed) return refused(c, refuse('BAD_REQUEST', 'callbackURL: Only pages of this server.'));
    const wish = { provider, callbackURL: back, newUserCallbackURL: back, errorCallbackURL: failed, disableRedirect: true };
    const answer = await authOf(c.env).api.signInSocial({ body: wish, headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer<{ url?: string }>(c, answer);
    return isRefusal(said) ? refused(c, said) : c.json({ url: said.url ?? null });
  })
  // The provider sends the browser back here. The code in the address is useless without the state that the cookie is bound to.
  .get('/api/auth/callback/:provider', (c) => authOf(c.env).handler(c.req.raw))
  .post('/api/auth/sign-out', async (c) => {
    const answer = await authOf(c.env).api.signOut({ headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer(c, answer);
    return isRefusal(said) ? refused(c, said) : c.json({ signedOut: true });
  })
  .post('/api/auth/verify-email', body(verifyEmailSchema), async (c) => {
    const answer = await authOf(c.env).api.verifyEmail({ query: c.req.valid('json'), headers: c.req.raw.headers, asResponse: true });
    const said = await readAnswer(c, answer);
    return isRefusal(said) ? refused(c, said) : c.json({ signedIn: answer.headers.getSetCookie().length > 0 });
  });

/** A path of ours, as it stands after the browser has read it; null for what leads elsewhere. */
function ownPage(c: Context<App>, path: string): string | null {
  const { origin } = originOf(c.env);
  const url = path.startsWith('/') && URL.canParse(path, origin) ? new URL(path, origin) : null;
  return url?.origin === origin ? `${url.pathname}${url.search}` : null;
}
