import { session } from '@specwright/migrations/schema.ts';
import type { SessionInfo } from '@specwright/protocol/people-api.ts';
import { and, desc, eq, gt, ne } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

/** A person's sessions that still hold, the last used first. */
export async function listSessions(d1: D1Database, userId: string, currentId: string | null): Promise<SessionInfo[]> {
  const rows = await drizzle(d1)
    .select()
    .from(session)
    .where(and(eq(session.userId, userId), gt(session.expiresAt, new Date())))
    .orderBy(desc(session.updatedAt));
  return rows.map((row) => ({
    id: row.id,
    current: row.id === currentId,
    createdAt: row.createdAt.getTime(),
    lastSeenAt: row.updatedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    address: row.ipAddress || null,
    userAgent: row.userAgent || null,
  }));
}

/** False when it is none of this person's. */
export async function endSession(d1: D1Database, userId: string, sessionId: string): Promise<boolean> {
  const ended = await drizzle(d1)
    .delete(session)
    .where(and(eq(session.userId, userId), eq(session.id, sessionId)))
    .returning({ id: session.id });
  return ended.length > 0;
}

/** Ends all of a person's sessions but this one. */
export async function endOtherSessions(d1: D1Database, userId: string, currentId: string | null): Promise<number> {
  const others = and(eq(session.userId, userId), currentId ? ne(session.id, currentId) : undefined);
  return (await drizzle(d1).delete(session).where(others).returning({ id: session.id })).length;
}

export async function switchOrganisation(d1: D1Database, sessionId: string, organisationId: string): Promise<void> {
  await drizzle(d1).update(session).set({ activeOrganizationId: organisationId }).where(eq(session.id, sessionId));
}

/** When a session began; 0 for one that is gone. */
export async function sessionBegan(d1: D1Database, sessionId: string): Promise<number> {
  const [row] = await drizzle(d1).select({ createdAt: session.createdAt }).from(session).where(eq(session.id, sessionId));
  return row?.createdAt.getTime() ?? 0;
}
