import { chunks, specs, specVersions } from '@specwright/migrations/schema.ts';
import type { Spec, SpecStatus, SpecSummary } from '@specwright/protocol/api.ts';
import { newId } from '@specwright/protocol/id.ts';
import { and, count, desc, eq, lt, sql, sum } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { chunkView, listChunks } from './chunks.ts';
import { listOf } from './list-of.ts';
import type { PageQuery } from './page.ts';
import { latestRunOf, latestRunsOf, runSummary } from './runs.ts';

export type SpecRow = typeof specs.$inferSelect;

export async function findSpec(d1: D1Database, organisationId: string, specId: string): Promise<SpecRow | null> {
  const rows = await drizzle(d1).select().from(specs).where(own(organisationId, specId));
  return rows[0] ?? null;
}

/** A spec with its chunks and its latest run. */
export async function specView(d1: D1Database, row: SpecRow): Promise<Spec> {
  const [rows, latest] = await Promise.all([listChunks(d1, row.organisationId, row.id), latestRunOf(d1, row.organisationId, row.id)]);
  const completedCount = rows.filter((chunk) => isDone(chunk.status)).length;
  const summary = summaryOf(row, { chunkCount: rows.length, completedCount });
  return { ...summary, latestRun: latest && runSummary(latest), text: row.text, version: row.version, chunks: rows.map(chunkView) };
}

/** Specs of a project, newest first; one more than the limit. */
export async function listSpecs(d1: D1Database, organisationId: string, projectId: string, page: PageQuery): Promise<SpecSummary[]> {
  const rows = await drizzle(d1)
    .select()
    .from(specs)
    .where(
      and(eq(specs.organisationId, organisationId), eq(specs.projectId, projectId), page.cursor ? lt(specs.id, page.cursor) : undefined),
    )
    .orderBy(desc(specs.id))
    .limit(page.limit + 1);
  const ids = rows.map((row) => row.id);
  const [counts, latest] = await Promise.all([countChunks(d1, organisationId, ids), latestRunsOf(d1, organisationId, ids)]);
  return rows.map((row) => {
    const run = latest.get(row.id);
    return { ...summaryOf(row, counts.get(row.id) ?? { chunkCount: 0, completedCount: 0 }), latestRun: run ? runSummary(run) : null };
  });
}

export interface NewSpec {
  organisationId: string;
  projectId: string;
  title: string;
  text: string;
  sourceMarkdown: string | null;
  sourceTasks: string | null;
  savedBy: string;
}

export async function addSpec(d1: D1Database, input: NewSpec): Promise<string> {
  const { savedBy, ...spec } = input;
  const id = newId('spec');
  const now = Date.now();
  const db = drizzle(d1);
  await db.batch([
    db.insert(specs).values({ ...spec, id, status: 'draft', version: 1, createdAt: now, updatedAt: now }),
    db.insert(specVersions).values({ ...versionOf({ ...spec, id }, 1), savedBy, savedAt: now }),
  ]);
  return id;
}

/** Writes title and text as the next version, when the version is still the one the person saw; else answers false. */
export async function changeSpec(d1: D1Database, row: SpecRow, change: { title: string; text: string; savedBy: string }): Promise<boolean> {
  const { title, text, savedBy } = change;
  const version = row.version + 1;
  const now = Date.now();
  const db = drizzle(d1);
  const [updated] = await db.batch([
    db
      .update(specs)
      .set({ title, text, version, sourceMarkdown: null, updatedAt: now })
      .where(and(own(row.organisationId, row.id), eq(specs.version, row.version)))
      .returning({ id: specs.id }),
    // Two who save at once collide on the primary key; the second one's row is dropped with its change.
    db
      .insert(specVersions)
      .values({ ...versionOf({ ...row, title, text }, version), savedBy, savedAt: now })
      .onConflictDoNothing(),
  ]);
  return updated.length > 0;
}

/** After an edit of the chunks: the file that was imported is no longer what the spec says, and draft or ready follows the chunks. */
export async function touchSpec(d1: D1Database, organisationId: string, specId: string): Promise<void> {
  await d1
    .prepare(
      `UPDATE specs SET source_markdown = NULL, updated_at = ?3, status = CASE
         WHEN NOT EXISTS (SELECT 1 FROM chunks WHERE spec_id = ?2) THEN 'draft'
         WHEN status = 'draft' THEN 'ready'
         WHEN status = 'completed' AND EXISTS (SELECT 1 FROM chunks WHERE spec_id = ?2 AND status NOT IN ('completed', 'skipped')) THEN 'ready'
         ELSE status END
       WHERE organisation_id = ?1 AND id = ?2`,
    )
    .bind(organisationId, specId, Date.now())
    .run();
}

export async function setReady(d1: D1Database, organisationId: string, specId: string): Promise<void> {
  await drizzle(d1).update(specs).set({ status: 'ready' }).where(own(organisationId, specId));
}

/** Removes a spec and every row that belongs to it. Its runs must be gone first. */
export async function removeSpec(d1: D1Database, organisationId: string, specId: string): Promise<void> {
  const ofSpec = ['usage', 'runs', 'chunks', 'spec_versions'].map((table) =>
    d1.prepare(`DELETE FROM ${table} WHERE organisation_id = ?1 AND spec_id = ?2`).bind(organisationId, specId),
  );
  await d1.batch([...ofSpec, d1.prepare(`DELETE FROM specs WHERE organisation_id = ?1 AND id = ?2`).bind(organisationId, specId)]);
}

function isDone(status: string): boolean {
  return status === 'completed' || status === 'skipped';
}

async function countChunks(d1: D1Database, organisationId: string, specIds: string[]) {
  const done = sql<number>`CASE WHEN ${chunks.status} IN ('completed', 'skipped') THEN 1 ELSE 0 END`;
  const rows = await drizzle(d1)
    .select({ specId: chunks.specId, chunkCount: count(), completedCount: sum(done).mapWith(Number) })
    .from(chunks)
    .where(and(eq(chunks.organisationId, organisationId), sql`${chunks.specId} IN ${listOf(specIds)}`))
    .groupBy(chunks.specId);
  return new Map(rows.map((row) => [row.specId, { chunkCount: row.chunkCount, completedCount: row.completedCount }]));
}

function summaryOf(row: SpecRow, counts: { chunkCount: number; completedCount: number }): SpecSummary {
  const { id, projectId, title, createdAt, updatedAt } = row;
  return { id, projectId, title, createdAt, updatedAt, status: row.status as SpecStatus, ...counts, latestRun: null };
}

function versionOf(spec: { id: string; organisationId: string; title: string; text: string }, version: number) {
  return { organisationId: spec.organisationId, specId: spec.id, version, title: spec.title, text: spec.text };
}

function own(organisationId: string, specId: string) {
  return and(eq(specs.organisationId, organisationId), eq(specs.id, specId));
}
