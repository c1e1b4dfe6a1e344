import { oneTimeLinks } from '@specwright/migrations/schema.ts';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

/** Keeps a link by its token's hash, and forgets those that have expired. */
export async function addLink(d1: D1Database, link: { tokenHash: string; organisationId: string; userId: string; expiresAt: number }) {
  const db = drizzle(d1);
  const createdAt = Date.now();
  await db.batch([
    db.delete(oneTimeLinks).where(lt(oneTimeLinks.expiresAt, createdAt)),
    db.insert(oneTimeLinks).values({ ...link, createdAt }),
  ]);
}

/** Uses a link: of two who try at once, one gets the person's id, the other null. */
export async function useLink(d1: D1Database, tokenHash: string): Promise<string | null> {
  const now = Date.now();
  const used = await drizzle(d1)
    .update(oneTimeLinks)
    .set({ usedAt: now })
    .where(and(eq(oneTimeLinks.tokenHash, tokenHash), isNull(oneTimeLinks.usedAt), gt(oneTimeLinks.expiresAt, now)))
    .returning({ userId: oneTimeLinks.userId });
  return used[0]?.userId ?? null;
}
