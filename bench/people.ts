import type { ApiClient } from '../cli/client/api-client.ts';

/** What a browser of a signed-in person sends. */
export type Signed = { cookie: string; origin: string };

/** Joins so many people to the organisation, by invitation and sign-up as in a browser. */
export async function people(client: ApiClient, count: number): Promise<Signed[]> {
  const joined: Signed[] = [];
  for (let number = 1; number <= count; number++) joined.push(await join(client, number));
  return joined;
}

async function join(client: ApiClient, number: number): Promise<Signed> {
  const { token } = await client.post<{ token: string }>('/api/organisation/invitations', { role: 'viewer', email: null });
  const person = { name: `Person ${number}`, email: `person-${number}@example.org`, password: 'a long enough password', invitation: token };
  const answer = await fetch(`${client.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { origin: client.url, 'content-type': 'application/json' },
    body: JSON.stringify(person),
  });
  if (!answer.ok) throw new Error(`signing up answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { cookie, origin: client.url };
}
