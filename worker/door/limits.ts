import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { Limit } from '../access.ts';
import type { WorkerEnv } from '../environment.ts';
import { addressOf, networkOf } from './address.ts';

const TOO_MANY = refuse('RATE_LIMITED', 'Too many calls. Try again in a minute.');

type Binding = 'SIGN_IN_LIMIT' | 'PERSON_LIMIT' | 'ADDRESS_LIMIT' | 'INVITE_LIMIT' | 'RUNNER_LIMIT';

/** Before anybody is known: public routes by address; sign-in ones by address and route as well, and by the e-mail that is tried. */
export async function publicLimit(ctx: Later, request: Request, limit: Limit, route: string): Promise<Refusal | null> {
  if (limit === 'none') return null;
  const { env } = ctx;
  const network = networkOf(addressOf(request));
  // Many machines behind one address come back together when the server was away.
  if (limit === 'runner') return countLater(ctx, 'RUNNER_LIMIT', `address ${network}`);
  if (limit !== 'sign_in') return spend(env, 'ADDRESS_LIMIT', network);
  const refusal = await spend(env, 'SIGN_IN_LIMIT', `${network} ${route}`);
  const email = refusal ? null : await emailOf(request);
  return email === null ? refusal : spend(env, 'SIGN_IN_LIMIT', `email ${email}`);
}

/** A credential that nobody has: whoever tries many of them is slowed down. */
export function guessLimit(request: Request, env: WorkerEnv): Promise<Refusal | null> {
  return spend(env, 'ADDRESS_LIMIT', `guess ${networkOf(addressOf(request))}`);
}

/** Those who asked too often, until when they are sent away without being counted. */
const exceeded = new Map<string, number>();
const SENT_AWAY_MS = 10_000;
/** What is remembered is no promise: it only saves the asking. */
const MOST_REMEMBERED = 10_000;

/**
 * One count of these bindings stands for so many calls, for to count costs as much as all the rest of the door: an isolate buys them
 * together, and what it leaves unspent is lost. So nobody has more calls than when each was counted, but the rest of a block.
 */
const BLOCK = { PERSON_LIMIT: 10, RUNNER_LIMIT: 100 } as const;
const BLOCK_KEPT_MS = 60 * 60_000;
const blocks = new Map<string, { left: number; until: number }>();

/** Counts a call without waiting for the count. The calls after a block that was one too many are refused; each isolate learns it by itself. */
function countLater(ctx: Later, binding: keyof typeof BLOCK, key: string): Refusal | null {
  const now = Date.now();
  if ((exceeded.get(key) ?? 0) > now) return TOO_MANY;
  const block = blocks.get(key);
  if (block && block.left > 0 && block.until > now) {
    block.left -= 1;
    return null;
  }
  if (blocks.size >= MOST_REMEMBERED) blocks.clear();
  blocks.set(key, { left: BLOCK[binding] - 1, until: now + BLOCK_KEPT_MS });
  const counted = spend(ctx.env, binding, key).then((refusal) => {
    if (exceeded.size >= MOST_REMEMBERED) exceeded.clear();
    if (!refusal) return void exceeded.delete(key);
    exceeded.set(key, now + SENT_AWAY_MS);
    blocks.delete(key);
  });
  ctx.executionCtx.waitUntil(counted);
  return null;
}

interface Later {
  env: WorkerEnv;
  executionCtx: { waitUntil(promise: Promise<unknown>): void };
}

/** Of a person or key in all, and again where a route asks for more care. This machine's own credential is not counted. */
export async function personLimit(
  ctx: Later,
  limit: Limit,
  who: { userId: string; keyId: string | null; via: string; organisationId: string | null; route: string },
): Promise<Refusal | null> {
  if (who.via === 'local' || limit === 'none') return null;
  const { env } = ctx;
  const refusal = countLater(ctx, 'PERSON_LIMIT', who.keyId ?? who.userId);
  if (refusal || limit === 'person') return refusal;
  if (limit === 'sign_in') return spend(env, 'SIGN_IN_LIMIT', `${who.userId} ${who.route}`);
  return limit === 'invite' ? spend(env, 'INVITE_LIMIT', who.organisationId ?? who.userId) : null;
}

export function runnerLimit(ctx: Later, runnerId: string): Refusal | null {
  return countLater(ctx, 'RUNNER_LIMIT', runnerId);
}

async function spend(env: WorkerEnv, binding: Binding, key: string): Promise<Refusal | null> {
  const outcome = await env[binding]?.limit({ key });
  return outcome && !outcome.success ? TOO_MANY : null;
}

async function emailOf(request: Request): Promise<string | null> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) return null;
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => null);
  const email = (body as { email?: unknown } | null)?.email;
  return typeof email === 'string' ? email.trim().toLowerCase().slice(0, 254) : null;
}
