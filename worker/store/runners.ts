import { runners } from '@specwright/migrations/schema.ts';
import type { Runner } from '@specwright/protocol/api.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { and, eq, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { RunnerCaller } from '../door/app-types.ts';

export async function findRunnerByToken(d1: D1Database, tokenHash: string): Promise<RunnerCaller | null> {
  const rows = await drizzle(d1)
    .select({ id: runners.id, name: runners.name, organisationId: runners.organisationId })
    .from(runners)
    .where(and(eq(runners.tokenHash, tokenHash), isNull(runners.revokedAt)));
  return rows[0] ?? null;
}

export async function listRunners(d1: D1Database, organisationId: string): Promise<Runner[]> {
  const rows = await drizzle(d1)
    .select()
    .from(runners)
    .where(and(eq(runners.organisationId, organisationId), isNull(runners.revokedAt)));
  return rows.map(({ id, name, version, slots, lastSeenAt, found }) => {
    return { id, name, version, slots, lastSeenAt, online: false, found: JSON.parse(found) };
  });
}

/** Registers a runner, or gives the one of this name a new token; answers its id. */
export async function putRunner(
  d1: D1Database,
  runner: { organisationId: string; ownerId: string; name: string; tokenHash: string },
): Promise<string> {
  const now = Date.now();
  const rows = await drizzle(d1)
    .insert(runners)
    .values({ id: newId('runner'), ...runner, createdAt: now, updatedAt: now })
    .onConflictDoUpdate({
      target: [runners.organisationId, runners.name],
      set: { tokenHash: runner.tokenHash, revokedAt: null, updatedAt: now },
    })
    .returning({ id: runners.id });
  return rows[0]?.id ?? '';
}

/** What a runner's new life says of itself. */
export async function noteLife(d1: D1Database, runner: RunnerCaller, life: AnnounceLife): Promise<void> {
  const now = Date.now();
  await drizzle(d1)
    .update(runners)
    .set({ version: life.version, slots: life.slots, found: JSON.stringify(life.found), lastSeenAt: now, updatedAt: now })
    .where(and(eq(runners.id, runner.id), eq(runners.organisationId, runner.organisationId)));
}
