import { members, organisations, projects, runs, session } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { Organisation } from '@specwright/protocol/people-api.ts';
import { and, asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

/** The organisations that a person belongs to, the first joined first. */
export async function listOrganisations(d1: D1Database, userId: string): Promise<Organisation[]> {
  const rows = await drizzle(d1)
    .select({ id: organisations.id, name: organisations.name, role: members.role, createdAt: organisations.createdAt })
    .from(members)
    .innerJoin(organisations, eq(organisations.id, members.organisationId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.createdAt), asc(members.id));
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.getTime() }));
}

export async function findOrganisation(
  d1: D1Database,
  organisationId: string,
): Promise<{ id: string; name: string; createdAt: number } | null> {
  const [row] = await drizzle(d1).select().from(organisations).where(eq(organisations.id, organisationId));
  return row ? { id: row.id, name: row.name, createdAt: row.createdAt.getTime() } : null;
}

/** Makes an organisation and its owner, whose session is switched to it. */
export async function addOrganisation(
  d1: D1Database,
  name: string,
  { ownerId, sessionId }: { ownerId: string; sessionId: string | null },
): Promise<Organisation> {
  const db = drizzle(d1);
  const id = newId('organisation');
  const createdAt = new Date();
  await db.batch([
    db.insert(organisations).values({ id, name, createdAt }),
    db.insert(members).values({ id: newId('member'), organisationId: id, userId: ownerId, role: 'owner', createdAt }),
    db
      .update(session)
      .set({ activeOrganizationId: id })
      .where(eq(session.id, sessionId ?? '')),
  ]);
  return { id, name, role: 'owner', createdAt: createdAt.getTime() };
}

export async function renameOrganisation(d1: D1Database, organisationId: string, name: string): Promise<void> {
  await drizzle(d1).update(organisations).set({ name }).where(eq(organisations.id, organisationId));
}

/** Runs that are not at rest, with the names that people know them by. */
export function activeRunsOf(d1: D1Database, organisationId: string): Promise<{ id: string; specTitle: string }[]> {
  return drizzle(d1)
    .select({ id: runs.id, specTitle: runs.specTitle })
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), eq(runs.atRest, 0)));
}

export async function projectIdsOf(d1: D1Database, organisationId: string): Promise<string[]> {
  const rows = await drizzle(d1).select({ id: projects.id }).from(projects).where(eq(projects.organisationId, organisationId));
  return rows.map((row) => row.id);
}

/**
 * Removes an organisation's rows, its projects and machines being gone before. The audit log stays for those who run the server, and
 * the revoked machines' rows for the machines.
 */
export async function removeOrganisation(d1: D1Database, organisationId: string): Promise<void> {
  const of = [
    'members',
    'invitations',
    'api_keys',
    'registration_tokens',
    'runner_projects',
    'project_members',
    'idempotency_keys',
    'one_time_links',
  ];
  await d1.batch([
    ...of.map((table) => d1.prepare(`DELETE FROM ${table} WHERE organisation_id = ?1`).bind(organisationId)),
    d1.prepare('UPDATE session SET active_organization_id = NULL WHERE active_organization_id = ?1').bind(organisationId),
    d1.prepare('DELETE FROM organisations WHERE id = ?1').bind(organisationId),
  ]);
}
