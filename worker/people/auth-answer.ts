import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Context } from 'hono';
import type { App } from '../door/app-types.ts';

/** What better-auth refuses, in our codes and words: who is told nothing by its own must be told nothing by ours. */
const REFUSALS: Record<string, Refusal> = {
  INVALID_EMAIL_OR_PASSWORD: refuse('SIGN_IN_REFUSED', 'E-mail or password is wrong.'),
  EMAIL_NOT_VERIFIED: refuse('ADDRESS_UNCONFIRMED', 'This address is not confirmed yet. A new letter with the link is on its way.'),
  INVALID_PASSWORD: refuse('BAD_REQUEST', 'current: This is not your password.'),
  INVALID_TOKEN: refuse('LINK_SPENT', 'This link was used already or has run out. Ask for a new one.'),
  TOKEN_EXPIRED: refuse('LINK_SPENT', 'This link has run out. Sign in to get a new one.'),
  USER_NOT_FOUND: refuse('LINK_SPENT', 'This link belongs to an account that is gone.'),
  PASSWORD_TOO_SHORT: refuse('BAD_REQUEST', 'password: At least 10 characters.'),
  PASSWORD_TOO_LONG: refuse('BAD_REQUEST', 'password: At most 128 characters.'),
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: refuse('CONFLICT', 'There is an account with this address already. Sign in with it.'),
  SIGN_UP_DISABLED: refuse('FORBIDDEN', 'This server takes new people by invitation only.'),
  SESSION_EXPIRED: refuse('NOT_SIGNED_IN', 'Sign in first.'),
  PROVIDER_NOT_FOUND: refuse('BAD_REQUEST', 'provider: This server has no keys for it.'),
};

/** Reads what better-auth answered to a call in process. Its cookies go on; a token in its body goes no further. */
export async function readAnswer<T>(c: Context<App>, answer: Response): Promise<T | Refusal> {
  const said = (await answer.json().catch(() => null)) as (T & { code?: string }) | null;
  if (answer.ok) {
    for (const cookie of answer.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
    return said as T;
  }
  const known = REFUSALS[said?.code ?? ''];
  if (known) return known;
  if (answer.status === 401) return refuse('NOT_SIGNED_IN', 'Sign in first.');
  throw new Error(`better-auth answered ${answer.status} ${said?.code ?? ''}`);
}
