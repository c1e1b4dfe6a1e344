import { deviceCodes, invitations, oneTimeLinks, registrationTokens, session, verification } from '@specwright/migrations/schema.ts';
import { and, isNull, lt, ne } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

/** Used and expired invitations stay a while: a person who comes late is told what became of theirs. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Deletes what has expired: sessions, verifications, device codes and one-time links at once; invitations 30 days later;
 * registration tokens that nobody used.
 * @param now Unix milliseconds.
 */
export async function forgetExpired(d1: D1Database, now: number): Promise<void> {
  const db = drizzle(d1);
  const at = new Date(now);
  await db.batch([
    db.delete(session).where(lt(session.expiresAt, at)),
    db.delete(verification).where(lt(verification.expiresAt, at)),
    db.delete(deviceCodes).where(lt(deviceCodes.expiresAt, at)),
    db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, now)),
    db.delete(invitations).where(and(ne(invitations.status, 'accepted'), lt(invitations.expiresAt, new Date(now - KEPT_MS)))),
    db.delete(registrationTokens).where(and(isNull(registrationTokens.usedAt), lt(registrationTokens.expiresAt, now))),
  ]);
}
