import { apiKeys, invitations, members, organisations, projectMembers, registrationTokens, user } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { Member, Role } from '@specwright/protocol/people-api.ts';
import { and, asc, count, eq, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export async function listMembers(d1: D1Database, organisationId: string): Promise<Member[]> {
  const rows = await membersOf(d1, eq(members.organisationId, organisationId));
  return rows.map(({ joinedAt, ...row }) => ({ ...row, joinedAt: joinedAt.getTime() }));
}

export async function findMember(d1: D1Database, organisationId: string, userId: string): Promise<Member | null> {
  const [row] = await membersOf(d1, own(organisationId, userId));
  return row ? { ...row, joinedAt: row.joinedAt.getTime() } : null;
}

export async function isLastOwner(d1: D1Database, organisationId: string, userId: string): Promise<boolean> {
  const owners = await drizzle(d1)
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.organisationId, organisationId), eq(members.role, 'owner')));
  return owners.length === 1 && owners[0]?.userId === userId;
}

/**
 * Sets a role. Below an admin's, the links that they made as one end with it: those would let them, or a machine, in as one again.
 * False when the person is not there, or is the last owner, who must stay one.
 */
export async function setRole(d1: D1Database, organisationId: string, userId: string, role: Role): Promise<boolean> {
  const db = drizzle(d1);
  const below = sql`EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = ${organisationId} AND m.user_id = ${userId} AND m.role NOT IN ('owner', 'admin'))`;
  const [changed] = await db.batch([
    db
      .update(members)
      .set({ role })
      .where(and(own(organisationId, userId), notLastOwner(organisationId)))
      .returning({ id: members.id }),
    ...linksOf(d1, organisationId, userId, below),
  ]);
  return changed.length > 0;
}

/**
 * Ends a membership with what hangs on it: the person's keys for this organisation, their places in projects, and the links that they
 * made, which would let them in again. Keys of services stay. False when they are not there, or are the last owner.
 */
export async function removeMember(d1: D1Database, organisationId: string, userId: string): Promise<boolean> {
  const db = drizzle(d1);
  const gone = sql`NOT EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = ${organisationId} AND m.user_id = ${userId})`;
  const [removed] = await db.batch([
    db
      .delete(members)
      .where(and(own(organisationId, userId), notLastOwner(organisationId)))
      .returning({ id: members.id }),
    db.delete(apiKeys).where(and(eq(apiKeys.referenceId, userId), eq(apiKeys.organisationId, organisationId), gone)),
    db.delete(projectMembers).where(and(eq(projectMembers.userId, userId), eq(projectMembers.organisationId, organisationId), gone)),
    ...linksOf(d1, organisationId, userId, gone),
  ]);
  return removed.length > 0;
}

/** Ends the open invitations and registration tokens that a person made. */
function linksOf(d1: D1Database, organisationId: string, userId: string, where: SQL) {
  const db = drizzle(d1);
  const { inviterId, status } = invitations;
  const sent = and(eq(invitations.organisationId, organisationId), eq(inviterId, userId), eq(status, 'pending'), where);
  const { createdBy, usedAt } = registrationTokens;
  const made = and(eq(registrationTokens.organisationId, organisationId), eq(createdBy, userId), isNull(usedAt), where);
  return [db.update(invitations).set({ status: 'canceled' }).where(sent), db.delete(registrationTokens).where(made)] as const;
}

/** One statement, so that there is one owner before and after: the giver becomes an admin. False when either is not what it takes. */
export async function transferOwnership(d1: D1Database, organisationId: string, from: string, to: string): Promise<boolean> {
  const giver = sql`EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = ${organisationId} AND m.user_id = ${from} AND m.role = 'owner')`;
  const taker = sql`EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = ${organisationId} AND m.user_id = ${to})`;
  const changed = await drizzle(d1)
    .update(members)
    .set({ role: sql`CASE user_id WHEN ${to} THEN 'owner' ELSE 'admin' END` })
    .where(and(eq(members.organisationId, organisationId), or(eq(members.userId, from), eq(members.userId, to)), giver, taker))
    .returning({ id: members.id });
  return changed.length === 2;
}

/** In how many other organisations a person is. */
export async function otherMemberships(d1: D1Database, organisationId: string, userId: string): Promise<number> {
  const [row] = await drizzle(d1)
    .select({ others: count() })
    .from(members)
    .where(and(eq(members.userId, userId), ne(members.organisationId, organisationId)));
  return row?.others ?? 0;
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

function membersOf(d1: D1Database, where: ReturnType<typeof and>) {
  return drizzle(d1)
    .select({ userId: members.userId, name: user.name, email: user.email, role: members.role, joinedAt: members.createdAt })
    .from(members)
    .innerJoin(user, eq(user.id, members.userId))
    .where(where)
    .orderBy(asc(members.createdAt), asc(members.id));
}

function own(organisationId: string, userId: string) {
  return and(eq(members.organisationId, organisationId), eq(members.userId, userId));
}

/** Asked in the statement that changes, so that of two owners who go at once one stays. */
function notLastOwner(organisationId: string) {
  const owners = sql`(SELECT COUNT(*) FROM members m WHERE m.organisation_id = ${organisationId} AND m.role = 'owner')`;
  return or(ne(members.role, 'owner'), sql`${owners} > 1`);
}
