import { type SQL, sql } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import { seesAll } from '../access.ts';
import type { Caller } from '../door/app-types.ts';

/** Who looks at a list. */
export type Viewer = Pick<Caller, 'organisationId' | 'userId' | 'role'>;

/** Leaves out what belongs to projects that are closed to this person. Undefined: they see all. */
export function visibleTo(viewer: Viewer, projectId: SQLiteColumn): SQL | undefined {
  return seesAll(viewer.role) ? undefined : sql`${projectId} NOT IN (${hidden(viewer)})`;
}

/** The projects that are closed to this person, for what is no row of D1. */
export async function hiddenProjects(d1: D1Database, viewer: Viewer): Promise<Set<string>> {
  if (seesAll(viewer.role)) return new Set();
  const { results } = await d1.prepare(HIDDEN).bind(viewer.organisationId, viewer.userId).all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

const HIDDEN = `SELECT id FROM projects WHERE organisation_id = ?1 AND restricted = 1
  AND id NOT IN (SELECT project_id FROM project_members WHERE organisation_id = ?1 AND user_id = ?2)`;

function hidden({ organisationId, userId }: Viewer): SQL {
  return sql`SELECT id FROM projects WHERE organisation_id = ${organisationId} AND restricted = 1
    AND id NOT IN (SELECT project_id FROM project_members WHERE organisation_id = ${organisationId} AND user_id = ${userId})`;
}
