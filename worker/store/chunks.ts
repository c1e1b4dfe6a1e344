import { chunks } from '@specwright/migrations/schema.ts';
import type { Chunk } from '@specwright/protocol/api.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { ChunkStatus } from '@specwright/protocol/run-state.ts';
import { and, asc, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export type ChunkRow = typeof chunks.$inferSelect;

/** What people say of a chunk; the rest is the run's. */
export type ChunkPlan = Pick<Chunk, 'key' | 'position' | 'title' | 'description' | 'acceptanceCriteria' | 'dependsOn'>;

/** Chunks of a spec in their order. */
export function listChunks(d1: D1Database, organisationId: string, specId: string): Promise<ChunkRow[]> {
  return drizzle(d1)
    .select()
    .from(chunks)
    .where(and(eq(chunks.organisationId, organisationId), eq(chunks.specId, specId)))
    .orderBy(asc(chunks.position), asc(chunks.id));
}

export async function findChunk(d1: D1Database, organisationId: string, chunkId: string): Promise<ChunkRow | null> {
  const rows = await drizzle(d1).select().from(chunks).where(own(organisationId, chunkId));
  return rows[0] ?? null;
}

export type ChunkOwner = { organisationId: string; projectId: string; specId: string };

/** Adds chunks in batches; ids are made here unless they are given. */
export async function addChunks(d1: D1Database, owner: ChunkOwner, plans: (ChunkPlan & { id?: string })[]): Promise<string[]> {
  const db = drizzle(d1);
  const rows = plans.map((plan) => newRow(owner, plan));
  const statements = rows.map((row) => db.insert(chunks).values(row));
  const [first, ...rest] = statements;
  if (first) await db.batch([first, ...rest]);
  return rows.map((row) => row.id);
}

export async function changeChunk(
  d1: D1Database,
  organisationId: string,
  chunkId: string,
  change: Partial<ChunkPlan> & { status?: 'pending' | 'skipped' },
): Promise<void> {
  const { key, title, description, acceptanceCriteria, dependsOn, status } = change;
  const asText = (list: string[] | undefined) => list && JSON.stringify(list);
  await drizzle(d1)
    .update(chunks)
    .set({
      ...{ key, title, description, status },
      ...(status ? { errorCode: null, errorMessage: null } : {}),
      acceptanceCriteria: asText(acceptanceCriteria),
      dependsOn: asText(dependsOn),
      updatedAt: Date.now(),
    })
    .where(own(organisationId, chunkId));
}

/** Removes a chunk and its id from the dependencies of others. */
export async function removeChunk(d1: D1Database, chunk: ChunkRow, dependents: ChunkRow[]): Promise<void> {
  const db = drizzle(d1);
  const detached = dependents.map((row) =>
    db
      .update(chunks)
      .set({ dependsOn: JSON.stringify(idsOf(row.dependsOn).filter((id) => id !== chunk.id)), updatedAt: Date.now() })
      .where(own(row.organisationId, row.id)),
  );
  await db.batch([db.delete(chunks).where(own(chunk.organisationId, chunk.id)), ...detached]);
}

/** Puts chunks into this order: one statement, however many. */
export async function orderChunks(d1: D1Database, organisationId: string, specId: string, chunkIds: string[]): Promise<void> {
  await d1
    .prepare(
      `UPDATE chunks SET position = (SELECT key FROM json_each(?3) WHERE value = chunks.id)
       WHERE organisation_id = ?1 AND spec_id = ?2 AND id IN (SELECT value FROM json_each(?3))`,
    )
    .bind(organisationId, specId, JSON.stringify(chunkIds))
    .run();
}

export function idsOf(json: string): string[] {
  return JSON.parse(json);
}

export function chunkView(row: ChunkRow): Chunk {
  const { id, specId, key, position, title, description, summary, durationMs, updatedAt } = row;
  const { inputTokens, outputTokens, cachedTokens, costMicros, steps } = row;
  return {
    ...{ id, specId, key, position, title, description, summary, durationMs, updatedAt },
    acceptanceCriteria: JSON.parse(row.acceptanceCriteria),
    dependsOn: idsOf(row.dependsOn),
    status: row.status as ChunkStatus,
    verdict: row.verdict === null ? null : JSON.parse(row.verdict),
    commit: row.commitSha,
    usage: { inputTokens, outputTokens, cachedTokens, costMicros, steps },
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
  };
}

function newRow(owner: ChunkOwner, plan: ChunkPlan & { id?: string }) {
  const now = Date.now();
  const { key, position, title, description, acceptanceCriteria, dependsOn } = plan;
  return {
    ...{ id: plan.id ?? newId('chunk'), ...owner, key, position, title, description },
    acceptanceCriteria: JSON.stringify(acceptanceCriteria),
    dependsOn: JSON.stringify(dependsOn),
    createdAt: now,
    updatedAt: now,
  };
}

function own(organisationId: string, chunkId: string) {
  return and(eq(chunks.organisationId, organisationId), eq(chunks.id, chunkId));
}
