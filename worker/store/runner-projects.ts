import { projects } from '@specwright/migrations/schema.ts';
import { and, eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { listOf } from './list-of.ts';
import { type Viewer, visibleTo } from './visible.ts';

/** Those of these projects that are in the organisation and that this person sees. */
export async function projectsAmong(d1: D1Database, viewer: Viewer, ids: string[]): Promise<Set<string>> {
  const rows = await drizzle(d1)
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.organisationId, viewer.organisationId), sql`${projects.id} IN ${listOf(ids)}`, visibleTo(viewer, projects.id)));
  return new Set(rows.map(({ id }) => id));
}
