import { projects } from '@specwright/migrations/schema.ts';
import type { Project } from '@specwright/protocol/api.ts';
import { and, asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { type Viewer, visibleTo } from './visible.ts';

export type ProjectRow = Pick<Project, 'id' | 'name' | 'settings' | 'archivedAt'>;

/** All projects that this person sees, by name: what the workers' page tells of each. */
export async function listProjectLines(d1: D1Database, viewer: Viewer): Promise<ProjectRow[]> {
  const rows = await drizzle(d1)
    .select({ id: projects.id, name: projects.name, settings: projects.settings, archivedAt: projects.archivedAt })
    .from(projects)
    .where(and(eq(projects.organisationId, viewer.organisationId), visibleTo(viewer, projects.id)))
    .orderBy(asc(projects.name), asc(projects.id));
  return rows.map((row) => ({ ...row, settings: JSON.parse(row.settings) }));
}
