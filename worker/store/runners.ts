import { runnerProjects, runners, user } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { AnnounceLife, ReportLife } from '@specwright/protocol/pull.ts';
import type { RunnerSharing, UpdateRunner } from '@specwright/protocol/runners-api.ts';
import { and, asc, eq, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { RunnerCaller } from '../door/app-types.ts';

/** A machine as D1 knows it, with its owner's name and the projects it is shared with. */
export type RunnerRow = Awaited<ReturnType<typeof findRunners>>[number];

/** A machine that is to be known. */
export interface NewRunner {
  organisationId: string;
  ownerId: string;
  name: string;
  publicKey: string;
  labels: string[];
  sharing: RunnerSharing;
  /** It serves every repository; else those that it links. */
  anyRepository: boolean;
}

const projectIds = sql<string>`(SELECT json_group_array(project_id) FROM runner_projects p WHERE p.runner_id = ${runners.id})`;
const living = isNull(runners.revokedAt);

/** A runner that calls, with the key that its token must be for; null: unknown or revoked. */
export async function findRunnerKey(d1: D1Database, id: string): Promise<(RunnerCaller & { publicKey: string }) | null> {
  const { name, organisationId, ownerId, sharing, publicKey } = runners;
  const [row] = await drizzle(d1)
    .select({ ...{ id: runners.id, name, organisationId, ownerId, sharing, publicKey }, projectIds })
    .from(runners)
    .where(and(eq(runners.id, id), living));
  return row ? { ...row, projectIds: JSON.parse(row.projectIds) as string[] } : null;
}

/** The organisation's machines by name, revoked ones left out. */
export function listRunners(d1: D1Database, organisationId: string) {
  return findRunners(d1, and(eq(runners.organisationId, organisationId), living));
}

/** What was revoked this lately may not have been cut off everywhere: who asked for it may have been cut off. */
const LATELY_MS = 60 * 60_000;

/** The machines of a person, of all persons when none is named, that are not surely at their end. */
export function listRunnersToEnd(d1: D1Database, organisationId: string, ownerId: string | null) {
  const notEnded = or(living, gt(runners.revokedAt, Date.now() - LATELY_MS));
  return findRunners(
    d1,
    and(eq(runners.organisationId, organisationId), notEnded, ownerId === null ? undefined : eq(runners.ownerId, ownerId)),
  );
}

/** Null: there is none, or it was revoked. */
export async function findRunner(d1: D1Database, organisationId: string, id: string): Promise<RunnerRow | null> {
  return (await findRunners(d1, and(own(organisationId, id), living)))[0] ?? null;
}

/** As findRunner, revoked ones included: what was revoked may be revoked again, when the first time broke off. */
export async function findRunnerEver(d1: D1Database, organisationId: string, id: string): Promise<RunnerRow | null> {
  return (await findRunners(d1, own(organisationId, id)))[0] ?? null;
}

export async function findRunnerNamed(d1: D1Database, organisationId: string, name: string): Promise<RunnerRow | null> {
  return (await findRunners(d1, and(eq(runners.organisationId, organisationId), eq(runners.name, name), living)))[0] ?? null;
}

async function findRunners(d1: D1Database, which: SQL | undefined) {
  const rows = await drizzle(d1)
    .select({ runner: runners, ownerName: user.name, projectIds })
    .from(runners)
    .leftJoin(user, eq(user.id, runners.ownerId))
    .where(which)
    .orderBy(asc(runners.name));
  return rows.map(({ runner, ownerName, projectIds }) => ({
    ...runner,
    ownerName: ownerName ?? '',
    labels: JSON.parse(runner.labels) as string[],
    found: JSON.parse(runner.found) as { name: string; version: string | null; detail: string | null; ok: boolean }[],
    repositories: runner.repositories === null ? null : (JSON.parse(runner.repositories) as { key: string; name: string }[]),
    projectIds: JSON.parse(projectIds) as string[],
  }));
}

const PUT = `INSERT INTO runners (id, organisation_id, owner_id, name, public_key, labels, sharing, repositories, created_at, updated_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9
  WHERE ?10 IS NULL OR EXISTS (SELECT 1 FROM registration_tokens t WHERE t.id = ?10 AND t.used_at IS NULL AND t.expires_at > ?9)
  ON CONFLICT (organisation_id, name) DO UPDATE SET public_key = excluded.public_key, updated_at = excluded.updated_at,
    labels = iif(excluded.labels = '[]', labels, excluded.labels)
  WHERE owner_id = excluded.owner_id RETURNING id`;
/** `changes()`: a token is spent by the machine that it let in, and by no other. */
const SPEND = `UPDATE registration_tokens SET used_at = ?1, runner_id = (SELECT id FROM runners WHERE organisation_id = ?2 AND name = ?3)
  WHERE changes() > 0 AND id = ?4`;

/**
 * Makes a machine known. Its owner's machine of that name keeps its id and settings and gets the key, and the labels if there
 * are any. In one transaction it spends the
 * registration token that let it in, if any. Null: the name is another person's, or the token is not good any more.
 */
export async function putRunner(d1: D1Database, runner: NewRunner, tokenId: string | null): Promise<string | null> {
  const now = Date.now();
  const { organisationId, ownerId, name, publicKey, labels, sharing, anyRepository } = runner;
  const repositories = anyRepository ? null : '[]';
  const row = [newId('runner'), organisationId, ownerId, name, publicKey, JSON.stringify(labels), sharing, repositories, now, tokenId];
  const [put] = await d1.batch<{ id: string }>([d1.prepare(PUT).bind(...row), d1.prepare(SPEND).bind(now, organisationId, name, tokenId)]);
  return put?.results[0]?.id ?? null;
}

/** What people change of a machine. False: the name is taken. */
export async function changeRunner(d1: D1Database, row: RunnerRow, change: UpdateRunner): Promise<boolean> {
  const { name, labels, note, paused, draining, sharing } = change;
  const isTaken = name !== undefined && name !== row.name && (await findRunnerNamed(d1, row.organisationId, name)) !== null;
  if (isTaken) return false;
  const set = { name, note, paused, draining, sharing, labels: labels && JSON.stringify(labels), updatedAt: Date.now() };
  const db = drizzle(d1);
  const update = db.update(runners).set(set).where(own(row.organisationId, row.id));
  const chosen = change.projectIds;
  if (chosen === undefined) await update;
  else await db.batch([update, ...shareWith(d1, row, chosen)]);
  return true;
}

function shareWith(d1: D1Database, { organisationId, id }: RunnerRow, chosen: string[]) {
  const db = drizzle(d1);
  const forget = db.delete(runnerProjects).where(eq(runnerProjects.runnerId, id));
  const add = chosen.map((projectId) =>
    db.insert(runnerProjects).values({ organisationId, runnerId: id, projectId }).onConflictDoNothing(),
  );
  return [forget, ...add];
}

/** Cuts a machine off for ever. Its row stays for those who look back; its name is free again. */
export async function markRevoked(d1: D1Database, row: RunnerRow): Promise<void> {
  const db = drizzle(d1);
  const now = Date.now();
  await db.batch([
    db
      .update(runners)
      .set({ revokedAt: now, updatedAt: now, name: `${row.name} (${row.id})` })
      .where(and(own(row.organisationId, row.id), living)),
    db.delete(runnerProjects).where(eq(runnerProjects.runnerId, row.id)),
  ]);
}

/** What a runner's new life says of itself. */
export async function noteLife(d1: D1Database, runner: RunnerCaller, life: AnnounceLife): Promise<void> {
  const { version, slots, found, repositories } = life;
  await note(d1, runner, { version, slots, found: JSON.stringify(found), ...linked(repositories) });
}

/** What changed while it lives, of what outlives its life: all else dispatch alone keeps. */
export async function noteReport(d1: D1Database, runner: RunnerCaller, { repositories }: ReportLife): Promise<void> {
  if (repositories !== undefined) await note(d1, runner, linked(repositories));
}

async function note(d1: D1Database, { organisationId, id }: RunnerCaller, told: Partial<typeof runners.$inferInsert>): Promise<void> {
  const now = Date.now();
  await drizzle(d1)
    .update(runners)
    .set({ ...told, lastSeenAt: now, updatedAt: now })
    .where(own(organisationId, id));
}

function linked(repositories: AnnounceLife['repositories']) {
  return repositories === undefined ? {} : { repositories: repositories && JSON.stringify(repositories) };
}

function own(organisationId: string, id: string) {
  return and(eq(runners.organisationId, organisationId), eq(runners.id, id));
}
