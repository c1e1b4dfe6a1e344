import type { SignInOptions } from '@specwright/protocol/people-api.ts';
import { Hono } from 'hono';
import type { App } from '../door/app-types.ts';
import { signUpOf } from '../environment.ts';
import { mailOf } from '../mail/mail.ts';

export const signInOptions = new Hono<App>().get('/api/sign-in-options', (c) => {
  const { GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, LOCAL_CREDENTIAL_HASH } = c.env;
  const github = Boolean(GITHUB_CLIENT_ID && GITHUB_CLIENT_SECRET);
  const local = Boolean(LOCAL_CREDENTIAL_HASH);
  return c.json({ signUp: signUpOf(c.env), github, mail: mailOf(c.env).canSend, local } satisfies SignInOptions);
});
