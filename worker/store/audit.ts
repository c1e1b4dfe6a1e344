import { audit } from '@specwright/migrations/schema.ts';
import type { AuditEntry } from '@specwright/protocol/people-api.ts';
import { and, desc, eq, gte, like, lt, or, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Context } from 'hono';
import { z } from 'zod';
import { addressOf } from '../door/address.ts';
import type { App, AuditNote } from '../door/app-types.ts';
import { logLine } from '../door/log.ts';
import { pageQuerySchema } from './page.ts';

/** Writes one row for a change that was made, keyed by its request. A change in no organisation is a log line alone. */
export async function recordAudit(c: Context<App>, action: string, note: AuditNote): Promise<void> {
  const organisationId = note.organisationId ?? c.get('caller')?.organisationId ?? c.get('person')?.memberships[0]?.organisationId;
  const actor = note.actor ?? actorOf(c);
  const id = c.get('requestId');
  if (!organisationId || !actor) return logLine('info', { event: note.action ?? action, requestId: id, address: addressOf(c.req.raw) });
  const target = note.target ?? targetOf(c, organisationId);
  await drizzle(c.env.DB)
    .insert(audit)
    .values({
      ...{ id, organisationId, actorKind: actor.kind, actorId: actor.id, actorName: actor.name, action: note.action ?? action },
      ...{ targetKind: target.kind, target: target.id, targetName: target.name ?? null },
      projectId: note.projectId ?? c.get('resource')?.projectId ?? null,
      address: addressOf(c.req.raw),
      details: JSON.stringify(note.details ?? {}),
      at: Date.now(),
    })
    .onConflictDoNothing();
}

const id = z.string().trim().max(200).optional();
const at = z.coerce.number().int().nonnegative().optional();
/** actor, target: an id or a part of a name. action: whole, or its noun ("runner"). from, to: Unix milliseconds, from ≤ at < to. */
export const auditFilterSchema = z.object({ actor: id, action: id, target: id, from: at, to: at });
export const auditQuerySchema = pageQuerySchema.extend(auditFilterSchema.shape);
export type AuditFilter = z.infer<typeof auditFilterSchema>;

/** The newest first; one more than the limit, so that the caller knows whether more follow. */
export async function listAudit(
  d1: D1Database,
  organisationId: string,
  filter: AuditFilter & { cursor?: string; limit: number },
): Promise<AuditEntry[]> {
  const rows = await drizzle(d1)
    .select()
    .from(audit)
    .where(and(eq(audit.organisationId, organisationId), filter.cursor ? lt(audit.id, filter.cursor) : undefined, ...filtersOf(filter)))
    .orderBy(desc(audit.id))
    .limit(filter.limit + 1);
  return rows.map(entryOf);
}

function filtersOf({ actor, action, target, from, to }: AuditFilter): (SQL | undefined)[] {
  return [
    actor ? or(eq(audit.actorId, actor), like(audit.actorName, `%${actor}%`)) : undefined,
    action ? or(eq(audit.action, action), like(audit.action, `${action}.%`)) : undefined,
    target ? or(eq(audit.target, target), like(audit.targetName, `%${target}%`)) : undefined,
    from === undefined ? undefined : gte(audit.at, from),
    to === undefined ? undefined : lt(audit.at, to),
  ];
}

function entryOf(row: typeof audit.$inferSelect): AuditEntry {
  const { id, at, action, projectId, address } = row;
  return {
    ...{ id, at, action, projectId, address },
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    target: { kind: row.targetKind, id: row.target, name: row.targetName },
    details: JSON.parse(row.details),
  };
}

function actorOf(c: Context<App>): AuditEntry['actor'] | null {
  const runner = c.get('runner');
  if (runner) return { kind: 'runner', id: runner.id, name: runner.name };
  const person = c.get('person');
  if (!person) return null;
  return person.keyId ? { kind: 'key', id: person.keyId, name: person.name } : { kind: 'person', id: person.userId, name: person.name };
}

/** The last thing that the path names; where it names none, the organisation. */
function targetOf(c: Context<App>, organisationId: string): NonNullable<AuditNote['target']> {
  const [name, value] = Object.entries(c.get('params')).at(-1) ?? [];
  return name && value !== undefined ? { kind: name.replace(/Id$/, ''), id: value } : { kind: 'organisation', id: organisationId };
}
