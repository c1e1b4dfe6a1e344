import { projects, specs } from '@specwright/migrations/schema.ts';
import type { CreateProject, Project, ProjectSettings, UpdateProject } from '@specwright/protocol/api.ts';
import { newId } from '@specwright/protocol/id.ts';
import { and, count, desc, eq, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { listOf } from './list-of.ts';
import type { PageQuery } from './page.ts';
import { type Viewer, visibleTo } from './visible.ts';

type ProjectRow = typeof projects.$inferSelect;

const NO_SETTINGS: ProjectSettings = { executor: null, reviewer: null, maxIterations: null, maxCostMicros: null, maxTokens: null };

export async function findProject(d1: D1Database, organisationId: string, projectId: string): Promise<Project | null> {
  const rows = await drizzle(d1).select().from(projects).where(own(organisationId, projectId));
  return (await withCounts(d1, organisationId, rows))[0] ?? null;
}

/** Whose a project is, and whether this person was chosen for it, for what D1 knows no row of yet. */
export async function findProjectRow(d1: D1Database, of: { organisationId: string; projectId: string }, userId: string) {
  const text = `SELECT p.organisation_id AS organisationId, p.id AS projectId, p.restricted,
      EXISTS (SELECT 1 FROM project_members c WHERE c.project_id = p.id AND c.user_id = ?3) AS chosen
    FROM projects p WHERE p.organisation_id = ?1 AND p.id = ?2`;
  const bound = d1.prepare(text).bind(of.organisationId, of.projectId, userId);
  return bound.first<{ organisationId: string; projectId: string; restricted: number; chosen: number }>();
}

/** The projects that this person sees, newest first. */
export async function listProjects(d1: D1Database, viewer: Viewer, page: PageQuery): Promise<Project[]> {
  const after = page.cursor ? lt(projects.id, page.cursor) : undefined;
  const rows = await drizzle(d1)
    .select()
    .from(projects)
    .where(and(eq(projects.organisationId, viewer.organisationId), visibleTo(viewer, projects.id), after))
    .orderBy(desc(projects.id))
    .limit(page.limit + 1);
  return withCounts(d1, viewer.organisationId, rows);
}

export async function addProject(d1: D1Database, organisationId: string, input: CreateProject): Promise<string> {
  const id = newId('project');
  const now = Date.now();
  const { name, repository } = input;
  await drizzle(d1)
    .insert(projects)
    .values({
      ...{ id, organisationId, name, createdAt: now, updatedAt: now },
      repository: JSON.stringify(repository),
      settings: JSON.stringify(NO_SETTINGS),
    });
  return id;
}

export async function changeProject(d1: D1Database, project: Project, change: UpdateProject): Promise<void> {
  const now = Date.now();
  const { name, archived, repository, settings } = change;
  await drizzle(d1)
    .update(projects)
    .set({
      name,
      archivedAt: archived === undefined ? undefined : archived ? (project.archivedAt ?? now) : null,
      repository: repository && JSON.stringify(repository),
      settings: settings && JSON.stringify({ ...project.settings, ...settings }),
      updatedAt: now,
    })
    .where(own(project.organisationId, project.id));
}

/** Removes a project and every row that belongs to it. Its runs must be gone first. */
export async function removeProject(d1: D1Database, organisationId: string, projectId: string): Promise<void> {
  const ofProject = ['usage', 'runs', 'chunks', 'specs', 'project_members', 'runner_projects'].map((table) =>
    d1.prepare(`DELETE FROM ${table} WHERE organisation_id = ?1 AND project_id = ?2`).bind(organisationId, projectId),
  );
  const versions = d1
    .prepare(
      `DELETE FROM spec_versions WHERE organisation_id = ?1 AND spec_id IN (SELECT id FROM specs WHERE organisation_id = ?1 AND project_id = ?2)`,
    )
    .bind(organisationId, projectId);
  const itself = d1.prepare(`DELETE FROM projects WHERE organisation_id = ?1 AND id = ?2`).bind(organisationId, projectId);
  await d1.batch([versions, ...ofProject, itself]);
}

function own(organisationId: string, projectId: string) {
  return and(eq(projects.organisationId, organisationId), eq(projects.id, projectId));
}

async function withCounts(d1: D1Database, organisationId: string, rows: ProjectRow[]): Promise<Project[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const counts = await drizzle(d1)
    .select({ projectId: specs.projectId, status: specs.status, count: count() })
    .from(specs)
    .where(and(eq(specs.organisationId, organisationId), sql`${specs.projectId} IN ${listOf(ids)}`))
    .groupBy(specs.projectId, specs.status);
  return rows.map((row) => {
    const own = counts.filter((entry) => entry.projectId === row.id).map((entry) => [entry.status, entry.count]);
    return { ...row, repository: JSON.parse(row.repository), settings: JSON.parse(row.settings), specCounts: Object.fromEntries(own) };
  });
}
