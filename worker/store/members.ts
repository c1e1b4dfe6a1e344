import { members, organisations, user } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import { asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Role } from '../door/app-types.ts';

export interface Membership {
  organisationId: string;
  organisationName: string;
  role: Role;
}

/** The organisation a person belongs to (the first they joined), and their role there. */
export async function findMembership(d1: D1Database, userId: string): Promise<Membership | null> {
  const rows = await drizzle(d1)
    .select({ organisationId: members.organisationId, organisationName: organisations.name, role: members.role })
    .from(members)
    .innerJoin(organisations, eq(organisations.id, members.organisationId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt))
    .limit(1);
  return rows[0] ?? null;
}

/** Makes a person, an organisation and the ownership between them; what is already there stays. */
export async function seedOwner(
  d1: D1Database,
  owner: { id: string; name: string; email: string },
  organisation: { id: string; name: string },
): Promise<void> {
  const db = drizzle(d1);
  const now = new Date();
  await db.batch([
    db
      .insert(user)
      .values({ ...owner, emailVerified: true, createdAt: now, updatedAt: now })
      .onConflictDoNothing(),
    db
      .insert(organisations)
      .values({ ...organisation, createdAt: now })
      .onConflictDoNothing(),
    db
      .insert(members)
      .values({ id: newId('member'), organisationId: organisation.id, userId: owner.id, role: 'owner', createdAt: now })
      .onConflictDoNothing(),
  ]);
}
