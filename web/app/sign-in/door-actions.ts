import { data, redirect } from '@remix-run/cloudflare';
import type { SignedUp } from '@specwright/protocol/people-api.ts';
import { type Ask, askApi, type Call, cookiesOf, type Outcome, outcomeOf, type Refused } from '../server/api.ts';
import { besideField } from './form-refusal.ts';
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
  if (!outcome.ok) return data<DoorRefusal>({ error: besideField(outcome.error) }, { status: response.status });
  if ((outcome.data as Partial<SignedUp> | null)?.signedIn === false) return data<DoorLetter>({ letter: true });
  return redirect(addressIn(outcome) ?? nextPage(next), { headers: cookiesOf(response) });
}

/** Where a provider's sign-in page is. */
function addressIn(outcome: Outcome & { ok: true }): string | null {
  const url = (outcome.data as { url?: unknown } | null)?.url;
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : null;
}
