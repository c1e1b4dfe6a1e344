import { members, registrationTokens, runners, user } from '@specwright/migrations/schema.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { RegistrationToken, RunnerSharing } from '@specwright/protocol/runners-api.ts';
import { and, desc, eq, gt, inArray, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';

export interface NewToken {
  organisationId: string;
  createdBy: string;
  tokenHash: string;
  labels: string[];
  sharing: RunnerSharing;
  expiresAt: number;
}

export async function addToken(d1: D1Database, { labels, ...token }: NewToken): Promise<string> {
  const id = newId('registration');
  await drizzle(d1)
    .insert(registrationTokens)
    .values({ id, ...token, labels: JSON.stringify(labels), createdAt: Date.now() });
  return id;
}

/** The newest first, used and expired ones included. */
export async function listTokens(d1: D1Database, organisationId: string): Promise<RegistrationToken[]> {
  const { id, createdAt, expiresAt, usedAt, runnerId } = registrationTokens;
  const rows = await drizzle(d1)
    .select({ id, createdAt, expiresAt, usedAt, runnerId, createdBy: user.name })
    .from(registrationTokens)
    .leftJoin(user, eq(user.id, registrationTokens.createdBy))
    .where(eq(registrationTokens.organisationId, organisationId))
    .orderBy(desc(id))
    .limit(100);
  return rows.map((row) => ({ ...row, createdBy: row.createdBy ?? '' }));
}

/** Removes a token that was not used; false: there is none. */
export async function removeToken(d1: D1Database, organisationId: string, id: string): Promise<boolean> {
  const which = and(
    eq(registrationTokens.organisationId, organisationId),
    eq(registrationTokens.id, id),
    isNull(registrationTokens.usedAt),
  );
  return (await drizzle(d1).delete(registrationTokens).where(which).returning({ id: registrationTokens.id })).length > 0;
}

/** A token that may still be used, made by somebody who may still make some; else null. */
export async function findGoodToken(d1: D1Database, tokenHash: string) {
  const { id, organisationId, createdBy, labels, sharing, usedAt, expiresAt } = registrationTokens;
  const [row] = await drizzle(d1)
    .select({ id, organisationId, createdBy, labels, sharing })
    .from(registrationTokens)
    .innerJoin(members, and(eq(members.userId, createdBy), eq(members.organisationId, organisationId)))
    .where(
      and(
        ...[eq(registrationTokens.tokenHash, tokenHash), isNull(usedAt), gt(expiresAt, Date.now())],
        inArray(members.role, ['owner', 'admin']),
      ),
    );
  return row ? { ...row, labels: JSON.parse(row.labels) as string[] } : null;
}

/** The machine that a token has let in within its hour, when it is this one: a machine that did not hear the answer asks again. Else null. */
export async function findLetIn(d1: D1Database, tokenHash: string, machine: { name: string; publicKey: string }) {
  const { organisationId, expiresAt, runnerId } = registrationTokens;
  const isIt = and(eq(runners.name, machine.name), eq(runners.publicKey, machine.publicKey), isNull(runners.revokedAt));
  const [row] = await drizzle(d1)
    .select({ runnerId: runners.id, organisationId })
    .from(registrationTokens)
    .innerJoin(runners, and(eq(runners.id, runnerId), isIt))
    .where(and(eq(registrationTokens.tokenHash, tokenHash), gt(expiresAt, Date.now())));
  return row ?? null;
}
