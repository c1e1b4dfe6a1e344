import type { BetterAuthPlugin } from 'better-auth';
import { createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import { newToken } from '../door/secret.ts';

export const RESET_MS = 60 * 60 * 1000;

/** Calls that better-auth lacks. They have no path, so nobody can reach them over HTTP. */
export function serverCalls() {
  return { id: 'server-calls', endpoints: { makeLocalSession, makeResetToken } } satisfies BetterAuthPlugin;
}

/** A session for a person whose one-time link was just used. */
const makeLocalSession = createAuthEndpoint({ method: 'POST', body: z.object({ userId: z.string() }) }, async (ctx) => {
  const user = await ctx.context.internalAdapter.findUserById(ctx.body.userId);
  if (!user) return ctx.json({ signedIn: false });
  const session = await ctx.context.internalAdapter.createSession(user.id);
  await setSessionCookie(ctx, { session, user });
  return ctx.json({ signedIn: true });
});

/** A token by which this person sets a new password: the same as a letter would carry, for who may hand it on. */
const makeResetToken = createAuthEndpoint({ method: 'POST', body: z.object({ userId: z.string() }) }, async (ctx) => {
  const token = newToken('swp');
  const expiresAt = new Date(Date.now() + RESET_MS);
  await ctx.context.internalAdapter.createVerificationValue({ identifier: `reset-password:${token}`, value: ctx.body.userId, expiresAt });
  return ctx.json({ token, expiresAt: expiresAt.getTime() });
});
