import { runs } from '@specwright/migrations/schema.ts';
import type { RunSummary } from '@specwright/protocol/api.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import { and, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { listOf } from './list-of.ts';
import type { PageQuery } from './page.ts';
import { type Viewer, visibleTo } from './visible.ts';

export type RunRow = typeof runs.$inferSelect;

export async function findRun(d1: D1Database, organisationId: string, runId: string): Promise<RunRow | null> {
  const rows = await drizzle(d1)
    .select()
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), eq(runs.id, runId)));
  return rows[0] ?? null;
}

/** Runs that this person sees, newest first, as `listRuns`. */
export function listVisibleRuns(d1: D1Database, viewer: Viewer, page: PageQuery, filter?: SQL): Promise<RunRow[]> {
  return listRuns(d1, viewer.organisationId, page, and(filter, visibleTo(viewer, runs.projectId)));
}

/** Runs of these organisations that D1 does not know to be at rest. */
export async function goingRunsOf(d1: D1Database, organisationIds: string[]): Promise<string[]> {
  const rows = await drizzle(d1)
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.atRest, 0), sql`${runs.organisationId} IN ${listOf(organisationIds)}`));
  return rows.map(({ id }) => id);
}

/** Runs of the organisation, newest first; one more than the limit, so that the caller knows whether more follow. */
export function listRuns(d1: D1Database, organisationId: string, page: PageQuery, filter?: SQL): Promise<RunRow[]> {
  const after = page.cursor ? lt(runs.id, page.cursor) : undefined;
  return drizzle(d1)
    .select()
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), filter, after))
    .orderBy(desc(runs.id))
    .limit(page.limit + 1);
}

export function ofSpec(specId: string): SQL {
  return eq(runs.specId, specId);
}

export function ofProject(projectId: string): SQL {
  return eq(runs.projectId, projectId);
}

export async function latestRunOf(d1: D1Database, organisationId: string, specId: string): Promise<RunRow | null> {
  return (await listRuns(d1, organisationId, { limit: 1 }, ofSpec(specId)))[0] ?? null;
}

/** The latest run of a spec that passed a chunk: its branch holds everything that is done, for each run begins from the one before. */
export async function latestRunWithWork(d1: D1Database, organisationId: string, specId: string): Promise<RunRow | null> {
  const filter = and(ofSpec(specId), eq(runs.atRest, 1), gt(runs.progressPassed, 0));
  return (await listRuns(d1, organisationId, { limit: 1 }, filter))[0] ?? null;
}

/** The latest run of each of these specs. */
export async function latestRunsOf(d1: D1Database, organisationId: string, specIds: string[]): Promise<Map<string, RunRow>> {
  const wanted = sql`SELECT MAX(id) FROM runs WHERE organisation_id = ${organisationId} AND spec_id IN ${listOf(specIds)} GROUP BY spec_id`;
  const rows = await drizzle(d1)
    .select()
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), sql`${runs.id} IN (${wanted})`));
  return new Map(rows.map((row) => [row.specId, row]));
}

/** The latest orchestration of each project that this person sees. */
export function latestPhases(d1: D1Database, viewer: Viewer): Promise<RunRow[]> {
  const { organisationId } = viewer;
  const places = sql`SELECT 'phase:' || id FROM projects WHERE organisation_id = ${organisationId}`;
  const latest = sql`SELECT MAX(id) FROM runs WHERE organisation_id = ${organisationId} AND spec_id IN (${places}) GROUP BY spec_id`;
  return drizzle(d1)
    .select()
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), sql`${runs.id} IN (${latest})`, visibleTo(viewer, runs.projectId)));
}

type Scope = { specId: string } | { projectId: string };

/** Runs that D1 does not know to be at rest. */
export function activeRunIds(d1: D1Database, organisationId: string, scope: Scope): Promise<string[]> {
  return runIds(d1, organisationId, scope, eq(runs.atRest, 0));
}

export function allRunIds(d1: D1Database, organisationId: string, scope: Scope): Promise<string[]> {
  return runIds(d1, organisationId, scope);
}

async function runIds(d1: D1Database, organisationId: string, scope: Scope, filter?: SQL): Promise<string[]> {
  const where = 'specId' in scope ? eq(runs.specId, scope.specId) : eq(runs.projectId, scope.projectId);
  const rows = await drizzle(d1)
    .select({ id: runs.id })
    .from(runs)
    .where(and(eq(runs.organisationId, organisationId), where, filter));
  return rows.map((row) => row.id);
}

/** The first row of a run, so that it can be found before it has written its own summary, which replaces this. */
export async function addRun(
  d1: D1Database,
  run: {
    id: string;
    organisationId: string;
    projectId: string;
    specId: string;
    specTitle: string;
    branch: string;
    startedBy: string | null;
  },
): Promise<void> {
  const now = Date.now();
  await drizzle(d1)
    .insert(runs)
    .values({ ...run, status: 'queued', createdAt: now, updatedAt: now })
    .onConflictDoNothing();
}

export function runSummary(row: RunRow): RunSummary {
  const { id, projectId, specId, specTitle, branch, runnerName, currentChunkId, currentStep, fixes } = row;
  const { activeMs, startedBy, createdAt, endedAt, inputTokens, outputTokens, cachedTokens, costMicros, steps } = row;
  return {
    ...{ id, projectId, specId, specTitle, branch, runnerName, currentChunkId, currentStep, fixes },
    ...{ activeMs, startedBy, createdAt, endedAt },
    status: row.status as RunStatus,
    reason: row.reasonCode === null ? null : { code: row.reasonCode, message: row.reasonMessage ?? '' },
    progress: { current: row.progressCurrent, total: row.progressTotal, passed: row.progressPassed, failed: row.progressFailed },
    usage: { inputTokens, outputTokens, cachedTokens, costMicros, steps },
    seq: row.projectedSeq,
  };
}

/** Every run that D1 does not know to be at rest: the sweep's list, over all organisations. */
export function runsNotAtRest(d1: D1Database): Promise<{ id: string; organisationId: string }[]> {
  return drizzle(d1).select({ id: runs.id, organisationId: runs.organisationId }).from(runs).where(eq(runs.atRest, 0));
}
