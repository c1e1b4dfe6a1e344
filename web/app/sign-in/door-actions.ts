import { data, redirect } from '@remix-run/cloudflare';
import type { SignedUp } from '@specwright/protocol/people-api.ts';
import { type Ask, askApi, type Call, cookiesOf, type Outcome, outcomeOf, type Refused } from '../server/api.ts';
import { nextPage } from './next-page.ts';

/** What a door form is told when it was refused. */
export interface DoorRefusal {
  error: Refused;
}

/** A letter must be answered first. */
export interface DoorLetter {
  letter: true;
}

/** Signs in by a call of the API: its cookies go to the browser, which is led to where it wanted to go. */
export async function enter(ask: Ask, call: Call, next: string) {
  const response = await askApi(ask, call.path, {
    method: call.method,
    headers: { 'content-type': 'application/json', ...call.headers },
    body: JSON.stringify(call.body ?? {}),
  });
  const outcome = await outcomeOf(response);
  if (!outcome.ok) return data<DoorRefusal>({ error: inWords(outcome.error) }, { status: response.status });
  if ((outcome.data as Partial<SignedUp> | null)?.signedIn === false) return data<DoorLetter>({ letter: true });
  return redirect(addressIn(outcome) ?? nextPage(next), { headers: cookiesOf(response) });
}

/** Where a provider's sign-in page is. */
function addressIn(outcome: Outcome & { ok: true }): string | null {
  const url = (outcome.data as { url?: unknown } | null)?.url;
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : null;
}

const WORDS: Record<string, [field: string, sentence: string]> = {
  INVALID_EMAIL_OR_PASSWORD: ['password', 'E-mail or password is wrong.'],
  INVALID_EMAIL: ['email', 'This is no e-mail address.'],
  PASSWORD_TOO_SHORT: ['password', 'At least 10 characters.'],
  PASSWORD_TOO_LONG: ['password', 'At most 128 characters.'],
  INVALID_PASSWORD: ['current', 'This is not your password.'],
  USER_ALREADY_EXISTS: ['email', 'There is an account with this address. Sign in with it.'],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ['email', 'There is an account with this address. Sign in with it.'],
  INVALID_TOKEN: ['', 'This link was used already or has run out. Ask for a new one.'],
};

/** The library's codes in our words, each beside its field. */
export function inWords(error: Refused): Refused {
  const known = WORDS[error.code];
  if (!known) return error;
  const [field, message] = known;
  return { ...error, message, fields: field ? { [field]: message } : undefined };
}

/** The sentence that belongs to no field that the form shows. */
export function generalOf(error: Refused | null | undefined, shown: string[]): string | null {
  if (!error) return null;
  return shown.some((field) => error.fields?.[field]) ? null : error.message;
}
