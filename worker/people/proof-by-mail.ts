import { user as users } from '@specwright/migrations/schema.ts';
import type { BetterAuthOptions } from 'better-auth';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { originOf, type WorkerEnv } from '../environment.ts';
import { alreadySignedUp, confirmAddress, resetPassword } from '../mail/letters.ts';
import { mailOf } from '../mail/mail.ts';
import { RESET_MS } from './server-calls.ts';

const HOUR_S = 60 * 60;

/** What one request brings along. */
export interface Given {
  /** An address whose owner has just proved that it is theirs, by the letter that invited them. */
  proven?: string | null;
  /** Hears whose password was set anew. */
  onReset?: (person: { id: string; name: string }) => void;
}

/**
 * Passwords, and what a letter proves. Where mail is sent, an account works once its address is confirmed, and signing up with an
 * address that is taken looks like any other sign-up: only the owner of the address reads of it. Without mail nothing can be
 * confirmed: an account works at once.
 */
export function byMail(env: WorkerEnv, { proven, onReset }: Given) {
  const mail = mailOf(env);
  const origin = originOf(env);
  const confirm = mail.canSend && !proven;
  return {
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      requireEmailVerification: confirm,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: RESET_MS / 1000,
      sendResetPassword: async ({ user, token }) => void (await mail.send(resetPassword({ to: user.email, origin, token }))),
      onPasswordReset: async ({ user }) => {
        if (mail.canSend) await markConfirmed(env, user.id);
        onReset?.(user);
      },
      onExistingUserSignUp: async ({ user }) => void (await mail.send(alreadySignedUp({ to: user.email, origin }))),
    },
    emailVerification: {
      sendOnSignUp: confirm,
      sendOnSignIn: confirm,
      autoSignInAfterVerification: true,
      expiresIn: HOUR_S,
      sendVerificationEmail: async ({ user, token }) => void (await mail.send(confirmAddress({ to: user.email, origin, token }))),
    },
  } satisfies Pick<BetterAuthOptions, 'emailAndPassword' | 'emailVerification'>;
}

/** The link came by a letter: whoever used it reads the letters of this address. */
async function markConfirmed(env: WorkerEnv, userId: string): Promise<void> {
  await drizzle(env.DB).update(users).set({ emailVerified: true }).where(eq(users.id, userId));
}
