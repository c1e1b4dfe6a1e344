import type { Credential } from './credential.ts';
import { LOCAL_OWNER } from './local-owner-id.ts';

const LIVING_KEY = 'COALESCE(enabled, 1) = 1 AND (expires_at IS NULL OR expires_at > ?2)';

/** The id of the person that a credential speaks for, as a subquery over ?1 (the credential) and ?2 (now). */
export function personSql(credential: Credential): string {
  if (credential.kind === 'local') return '?1';
  if (credential.kind === 'session') return '(SELECT user_id FROM session WHERE token = ?1 AND expires_at > ?2)';
  return `(SELECT reference_id FROM api_keys WHERE key = ?1 AND ${LIVING_KEY})`;
}

/** What ?1 is bound to: never a token, but its hash. */
export function boundOf(credential: Credential): string {
  return credential.kind === 'local' ? LOCAL_OWNER.id : credential.hash;
}

/** Who it is, in one row. */
export function whoSql({ kind }: Credential): string {
  if (kind === 'local') return 'SELECT id AS userId, name, email FROM "user" WHERE id = ?1';
  if (kind === 'session')
    return `SELECT u.id AS userId, u.name, u.email, s.id AS sessionId, s.active_organization_id AS active, s.updated_at AS renewedAt
      FROM session s JOIN "user" u ON u.id = s.user_id WHERE s.token = ?1 AND s.expires_at > ?2`;
  return `SELECT k.id AS keyId, k.name AS keyName, k.permissions, k.reference_id AS referenceId, k.organisation_id AS organisationId,
      k.last_request AS lastUsedAt, o.name AS organisationName, o.created_at AS organisationCreatedAt, u.id AS userId, u.name, u.email
    FROM api_keys k JOIN organisations o ON o.id = k.organisation_id LEFT JOIN "user" u ON u.id = k.reference_id
    WHERE k.key = ?1 AND ${LIVING_KEY}`;
}

export function membershipsSql(credential: Credential): string {
  return `SELECT m.organisation_id AS organisationId, o.name AS organisationName, m.role, o.created_at AS createdAt
    FROM members m JOIN organisations o ON o.id = m.organisation_id WHERE m.user_id = ${personSql(credential)} ORDER BY m.created_at, m.id`;
}
