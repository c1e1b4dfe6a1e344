import { account, user } from '@specwright/migrations/schema.ts';
import { and, eq, isNotNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export interface KnownPerson {
  id: string;
  name: string;
  email: string;
}

export async function findPerson(d1: D1Database, userId: string): Promise<KnownPerson | null> {
  const { id, name, email } = user;
  const [row] = await drizzle(d1).select({ id, name, email }).from(user).where(eq(id, userId));
  return row ?? null;
}

export async function findPersonByEmail(d1: D1Database, address: string): Promise<KnownPerson | null> {
  const { id, name, email } = user;
  const [row] = await drizzle(d1).select({ id, name, email }).from(user).where(eq(email, address));
  return row ?? null;
}

export async function renamePerson(d1: D1Database, userId: string, name: string): Promise<void> {
  await drizzle(d1).update(user).set({ name, updatedAt: new Date() }).where(eq(user.id, userId));
}

/** A sign-up that takes longer than this was cut off. */
const SIGN_UP_MS = 60_000;

/**
 * Forgets a person whose sign-up was cut off before they had a password: no way leads in, and their address would be taken for ever.
 * Who is somewhere a member, like the local owner, or came by GitHub, stays.
 */
export async function forgetCutOff(d1: D1Database, email: string): Promise<void> {
  const nowhere = ['account', 'session', 'members'].map((table) => `NOT EXISTS (SELECT 1 FROM ${table} t WHERE t.user_id = user.id)`);
  await d1
    .prepare(`DELETE FROM user WHERE email = ?1 AND created_at < ?2 AND ${nowhere.join(' AND ')}`)
    .bind(email.toLowerCase(), Date.now() - SIGN_UP_MS)
    .run();
}

/** False for who has only ever come by GitHub or by one-time links. */
export async function hasPassword(d1: D1Database, userId: string): Promise<boolean> {
  const rows = await drizzle(d1)
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.userId, userId), eq(account.providerId, 'credential'), isNotNull(account.password)));
  return rows.length > 0;
}
