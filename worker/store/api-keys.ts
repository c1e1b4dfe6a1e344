import { apiKeys, user } from '@specwright/migrations/schema.ts';
import type { ApiKey } from '@specwright/protocol/people-api.ts';
import { and, desc, eq, gt, isNull, or } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { readPermissions } from '../people/api-key-format.ts';

interface Whose {
  organisationId: string;
  userId: string;
  /** Services' keys as well. */
  services: boolean;
}

/** A person's keys for this organisation, the newest first; for admins the services' too. Ended ones are left out. */
export async function listApiKeys(d1: D1Database, whose: Whose): Promise<ApiKey[]> {
  const alive = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date()));
  return (await keysWhere(d1, and(visible(whose), alive))).map(({ key, by }) => apiKeyOf(key, by));
}

export async function findApiKey(d1: D1Database, whose: Whose, keyId: string): Promise<ApiKey | null> {
  const [row] = await keysWhere(d1, and(visible(whose), eq(apiKeys.id, keyId)));
  return row ? apiKeyOf(row.key, row.by) : null;
}

/** Says where a key that was just made works, and who made it: before this it opens nothing. */
export async function placeApiKey(d1: D1Database, keyId: string, place: { organisationId: string; createdBy: string }): Promise<void> {
  await drizzle(d1).update(apiKeys).set(place).where(eq(apiKeys.id, keyId));
}

export async function removeApiKey(d1: D1Database, whose: Whose, keyId: string): Promise<void> {
  await drizzle(d1)
    .delete(apiKeys)
    .where(and(visible(whose), eq(apiKeys.id, keyId)));
}

function visible({ organisationId, userId, services }: Whose) {
  const own = eq(apiKeys.referenceId, userId);
  return and(eq(apiKeys.organisationId, organisationId), services ? or(own, eq(apiKeys.referenceId, organisationId)) : own);
}

function keysWhere(d1: D1Database, where: ReturnType<typeof and>) {
  return drizzle(d1)
    .select({ key: apiKeys, by: user.name })
    .from(apiKeys)
    .leftJoin(user, eq(user.id, apiKeys.createdBy))
    .where(where)
    .orderBy(desc(apiKeys.id));
}

function apiKeyOf(row: typeof apiKeys.$inferSelect, by: string | null): ApiKey {
  const { scopes, role } = readPermissions(row.permissions);
  return {
    id: row.id,
    name: row.name ?? '',
    kind: row.referenceId === row.organisationId ? 'service' : 'person',
    start: row.start ?? '',
    scopes,
    role,
    createdBy: by ?? 'Somebody',
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt?.getTime() ?? null,
    lastUsedAt: row.lastRequest?.getTime() ?? null,
  };
}
