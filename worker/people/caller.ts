import { lowerRole, seesAll } from '../access.ts';
import type { Caller, Membership, Person, Resource } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { readPermissions } from './api-key-format.ts';
import type { Credential } from './credential.ts';
import { seedLocalOwner } from './local-owner.ts';
import { boundOf, membershipsSql, whoSql } from './principal-sql.ts';
import { resourceSql, type Wanted } from './resource-sql.ts';
import { RENEW_MS, SESSION_MS } from './session-cookie.ts';

/** When a key was last used is written at most this often. */
const NOTE_USE_MS = 60_000;

export interface Found {
  person: Person;
  /** What the path names, as the table has it: whether the person may see it is asked by `seen`. */
  row: ResourceRow | null;
  /** What this call changes of the credential: a session's new end, a key's last use. */
  touch: D1PreparedStatement | null;
  /** The session was renewed: the cookie is as well. */
  renewed: boolean;
}

export interface ResourceRow {
  id: string;
  organisationId: string;
  projectId: string | null;
  restricted: number;
  chosen: number;
}

interface Row extends Who {
  /** JSON of a list of Membership. */
  memberships: string;
  /** JSON of a ResourceRow. */
  resource?: string | null;
}

interface Who {
  userId: string | null;
  name: string | null;
  email: string | null;
  sessionId?: string;
  active?: string | null;
  renewedAt?: number;
  keyId?: string;
  keyName?: string | null;
  permissions?: string | null;
  referenceId?: string;
  organisationId?: string;
  organisationName?: string;
  organisationCreatedAt?: number;
  lastUsedAt?: number | null;
}

/** Who bears this credential, where they belong, and what the path names: one trip to D1. Null: nobody who is known, or no longer. */
export async function findCaller(env: WorkerEnv, credential: Credential, wanted: Wanted | null, now: number): Promise<Found | null> {
  const values = [boundOf(credential), now, ...(wanted ? [wanted.id] : [])];
  const one = await env.DB.prepare(lookUpSql(credential, wanted))
    .bind(...values)
    .first<Row>();
  if (credential.kind === 'local' && !one) {
    await seedLocalOwner(env);
    return findCaller(env, credential, wanted, now);
  }
  const person = one ? personOf(credential, one, JSON.parse(one.memberships)) : null;
  if (!one || !person) return null;
  const row: ResourceRow | null = one.resource ? JSON.parse(one.resource) : null;
  return { person, row, ...touchOf(env, one, now) };
}

/** Where the person acts in this call: the organisation of what the path names, else the one they switched to, else their first. */
export function callerIn(person: Person, organisationId: string | null): Caller | null {
  const { memberships, activeOrganisationId, ...who } = person;
  const wanted = organisationId ?? activeOrganisationId;
  const exact = memberships.find((membership) => membership.organisationId === wanted);
  const membership = exact ?? (organisationId === null ? memberships[0] : undefined);
  if (!membership) return null;
  const { organisationName, role } = membership;
  return { ...who, organisationId: membership.organisationId, organisationName, role };
}

/** What the path names, when this person may know of it; null for what is absent, of others, or in a project that is closed to them. */
export function seen(person: Person, wanted: Wanted, row: ResourceRow | null): Resource | null {
  const membership = row && person.memberships.find(({ organisationId }) => organisationId === row.organisationId);
  if (!row || !membership) return null;
  if (row.restricted && !row.chosen && !seesAll(membership.role)) return null;
  return { kind: wanted.kind, id: row.id, organisationId: row.organisationId, projectId: row.projectId };
}

// One statement: each more costs a good part of a whole trip. All three numbers are named, for D1 refuses values that are not.
function lookUpSql(credential: Credential, wanted: Wanted | null): string {
  const memberships = `json_group_array(json_object('organisationId', organisationId, 'organisationName', organisationName, 'role', role, 'createdAt', createdAt))`;
  const resource = `json_object('id', id, 'organisationId', organisationId, 'projectId', projectId, 'restricted', restricted, 'chosen', chosen)`;
  const third = wanted ? `, (SELECT ${resource} FROM (${resourceSql(credential, wanted.kind)})) AS resource` : '';
  return `SELECT who.*, (SELECT ${memberships} FROM (${membershipsSql(credential)})) AS memberships${third}, ?2 AS now FROM (${whoSql(credential)}) AS who`;
}

function personOf(credential: Credential, who: Who, memberships: Membership[]): Person | null {
  const { userId, name, email } = who;
  if (credential.kind === 'key') return keyOf(who, memberships);
  if (userId === null) return null;
  const via = credential.kind === 'local' ? 'local' : credential.via;
  const base = { userId, name: name ?? '', email: email ?? '', via, memberships } as const;
  return { ...base, sessionId: who.sessionId ?? null, keyId: null, scopes: null, activeOrganisationId: who.active ?? null };
}

/** A person's key acts as that person where it was made, with at most what they may now; a service's key as itself. */
function keyOf(who: Who, memberships: Membership[]): Person | null {
  const { keyId, keyName, referenceId, organisationId, organisationName } = who;
  if (!keyId || !organisationId || !organisationName) return null;
  const { scopes, role } = readPermissions(who.permissions ?? null);
  const key = { via: 'key', keyId, sessionId: null, scopes, activeOrganisationId: organisationId } as const;
  if (referenceId === organisationId) {
    if (!role) return null;
    const own = { organisationId, organisationName, role: lowerRole(role, 'admin'), createdAt: who.organisationCreatedAt ?? 0 };
    return { ...key, userId: keyId, name: keyName ?? 'Key', email: '', memberships: [own] };
  }
  if (!who.userId) return null;
  const there = memberships
    .filter((membership) => membership.organisationId === organisationId)
    .map((membership) => ({ ...membership, role: role ? lowerRole(role, membership.role) : membership.role }));
  return { ...key, userId: who.userId, name: who.name ?? '', email: who.email ?? '', memberships: there };
}

function touchOf(env: WorkerEnv, who: Who, now: number): Pick<Found, 'touch' | 'renewed'> {
  if (who.sessionId && now - (who.renewedAt ?? now) > RENEW_MS) {
    const touch = env.DB.prepare('UPDATE session SET expires_at = ?2, updated_at = ?3 WHERE id = ?1').bind(
      who.sessionId,
      now + SESSION_MS,
      now,
    );
    return { touch, renewed: true };
  }
  if (who.keyId && now - (who.lastUsedAt ?? 0) > NOTE_USE_MS) {
    return { touch: env.DB.prepare('UPDATE api_keys SET last_request = ?2 WHERE id = ?1').bind(who.keyId, now), renewed: false };
  }
  return { touch: null, renewed: false };
}
