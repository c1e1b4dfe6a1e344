import type { Challenge, RunnerToken } from '@specwright/protocol/runners-api.ts';
import { z } from 'zod';
import type { Identity } from './identity.ts';
import type { KeyPair } from './key-pair.ts';

/** Asks one of the server's public routes for machines. Throws ServerFault. */
export type AskServer = (path: 'challenges' | 'tokens', body: unknown) => Promise<unknown>;

const challengeSchema: z.ZodType<Challenge> = z.object({ challenge: z.string() });
const tokenSchema: z.ZodType<RunnerToken> = z.object({ token: z.string(), expiresInMs: z.number().positive() });

/** Renewed after this part of its duration; it is still used meanwhile. */
const RENEW_AFTER = 2 / 3;

/**
 * Proves by signature who this machine is and keeps the short token that it gets. Durations are counted on a monotonic clock from the
 * moment of asking: the date of this machine never matters. A token that ended while the machine slept is refused, then asked for anew.
 */
export function signedIdentity(options: { runnerId: string; keys: KeyPair; ask: AskServer; monotonic(): number }): Identity {
  const { runnerId, keys, ask, monotonic } = options;
  let held: (RunnerToken & { askedAt: number }) | null = null;
  let asking: Promise<string> | null = null;
  const askAnew = async () => {
    const askedAt = monotonic();
    const { challenge } = challengeSchema.parse(await ask('challenges', { runnerId }));
    const answer = tokenSchema.parse(await ask('tokens', { challenge, signature: keys.sign(challenge) }));
    held = { ...answer, askedAt };
    return answer.token;
  };
  const renew = () => {
    asking ??= askAnew().finally(() => {
      asking = null;
    });
    return asking;
  };
  return {
    async token() {
      if (held === null) return renew();
      const age = monotonic() - held.askedAt;
      if (age >= held.expiresInMs) return renew();
      // A failure here is told when the token has ended: until then it serves.
      if (age >= held.expiresInMs * RENEW_AFTER) renew().catch(() => {});
      return held.token;
    },
    refused(token) {
      if (held?.token === token) held = null;
    },
  };
}
