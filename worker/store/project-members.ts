import { members, projectMembers, projects } from '@specwright/migrations/schema.ts';
import type { ProjectMembers } from '@specwright/protocol/people-api.ts';
import { and, asc, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { listOf } from './list-of.ts';

/** Null: there is no such project. */
export async function findProjectMembers(d1: D1Database, organisationId: string, projectId: string): Promise<ProjectMembers | null> {
  const db = drizzle(d1);
  const [found, chosen] = await db.batch([
    db
      .select({ restricted: projects.restricted })
      .from(projects)
      .where(and(eq(projects.organisationId, organisationId), eq(projects.id, projectId))),
    db
      .select({ userId: projectMembers.userId })
      .from(projectMembers)
      .where(and(eq(projectMembers.organisationId, organisationId), eq(projectMembers.projectId, projectId)))
      .orderBy(asc(projectMembers.userId)),
  ]);
  return found[0] ? { restricted: found[0].restricted, userIds: chosen.map(({ userId }) => userId) } : null;
}

/** Those of these ids that are no member of the organisation. */
export async function strangersOf(d1: D1Database, organisationId: string, userIds: string[]): Promise<string[]> {
  const rows = await drizzle(d1)
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.organisationId, organisationId), sql`${members.userId} IN ${listOf(userIds)}`));
  const known = new Set(rows.map(({ userId }) => userId));
  return userIds.filter((userId) => !known.has(userId));
}

/** Replaces the whole list: two who save at once end with one list. */
export async function setProjectMembers(d1: D1Database, organisationId: string, projectId: string, wish: ProjectMembers): Promise<void> {
  const insert = `INSERT INTO project_members (organisation_id, project_id, user_id) SELECT ?1, ?2, value FROM json_each(?3) WHERE true ON CONFLICT DO NOTHING`;
  await d1.batch([
    d1
      .prepare('UPDATE projects SET restricted = ?3, updated_at = ?4 WHERE organisation_id = ?1 AND id = ?2')
      .bind(organisationId, projectId, wish.restricted ? 1 : 0, Date.now()),
    d1.prepare('DELETE FROM project_members WHERE organisation_id = ?1 AND project_id = ?2').bind(organisationId, projectId),
    d1.prepare(insert).bind(organisationId, projectId, JSON.stringify(wish.userIds)),
  ]);
}
