import type { Context } from 'hono';
import { finishKey, forgetKey, takeKey } from '../store/idempotency-keys.ts';
import type { App } from './app-types.ts';
import { refused } from './error.ts';

/** Carries out a call once for its Idempotency-Key: the same key and call get the first answer; without a key, it is carried out. */
export async function once(c: Context<App>, fingerprint: string, carryOut: () => Promise<Response>): Promise<Response> {
  const key = c.req.header('idempotency-key');
  if (!key) return carryOut();
  if (key.length > 200) return refused(c, { code: 'BAD_REQUEST', message: 'Idempotency-Key: at most 200 characters.' });
  const { organisationId, userId } = c.get('caller');
  const owner = { organisationId, userId, key, fingerprint };
  const before = await takeKey(c.env.DB, owner);
  if (before === null) return keepAnswer(c, owner, carryOut);
  if (before.fingerprint !== fingerprint)
    return refused(c, { code: 'CONFLICT', message: 'This Idempotency-Key was used for another call.' });
  if (before.status === 0)
    return refused(c, { code: 'UNAVAILABLE', message: 'The first call with this Idempotency-Key is still going on.' });
  return new Response(before.body, { status: before.status, headers: { 'content-type': 'application/json' } });
}

/** Only an answer that is worth repeating is kept: after a refusal or a fault the same key may try again. */
async function keepAnswer(c: Context<App>, owner: Parameters<typeof takeKey>[1], carryOut: () => Promise<Response>): Promise<Response> {
  const answer = await carryOut().catch(async (error) => {
    await forgetKey(c.env.DB, owner);
    throw error;
  });
  if (answer.status >= 400) await forgetKey(c.env.DB, owner);
  else await finishKey(c.env.DB, owner, { status: answer.status, body: await answer.clone().text() });
  return answer;
}
