import { idempotencyKeys } from '@specwright/migrations/schema.ts';
import { and, eq, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export interface KeyOwner {
  organisationId: string;
  userId: string;
  key: string;
  fingerprint: string;
}

const KEPT_MS = 24 * 60 * 60 * 1000;
/** A call that was cut off in the middle keeps its key no longer than this. */
const PENDING_MS = 60 * 1000;

/** Takes a key for a call: null when it is new, else what is known of the call that took it. Keys are kept for a day. */
export async function takeKey(
  d1: D1Database,
  owner: KeyOwner,
): Promise<{ fingerprint: string; status: number; body: string | null } | null> {
  const db = drizzle(d1);
  const createdAt = Date.now();
  const [, , taken] = await db.batch([
    db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, createdAt - KEPT_MS)),
    db.delete(idempotencyKeys).where(and(own(owner), eq(idempotencyKeys.status, 0), lt(idempotencyKeys.createdAt, createdAt - PENDING_MS))),
    db
      .insert(idempotencyKeys)
      .values({ ...owner, createdAt })
      .onConflictDoNothing()
      .returning({ key: idempotencyKeys.key }),
  ]);
  if (taken.length > 0) return null;
  const rows = await db.select().from(idempotencyKeys).where(own(owner));
  return rows[0] ?? { fingerprint: owner.fingerprint, status: 0, body: null };
}

export async function finishKey(d1: D1Database, owner: KeyOwner, answer: { status: number; body: string }): Promise<void> {
  await drizzle(d1).update(idempotencyKeys).set(answer).where(own(owner));
}

export async function forgetKey(d1: D1Database, owner: KeyOwner): Promise<void> {
  await drizzle(d1).delete(idempotencyKeys).where(own(owner));
}

function own({ organisationId, userId, key }: KeyOwner) {
  return and(eq(idempotencyKeys.organisationId, organisationId), eq(idempotencyKeys.userId, userId), eq(idempotencyKeys.key, key));
}
