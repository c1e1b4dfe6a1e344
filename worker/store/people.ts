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

/** False for who has only ever come by GitHub or by one-time links. */
export async function hasPassword(d1: D1Database, userId: string): Promise<boolean> {
  const rows = await drizzle(d1)
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.userId, userId), eq(account.providerId, 'credential'), isNotNull(account.password)));
  return rows.length > 0;
}
