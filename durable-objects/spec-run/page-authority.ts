/** Who watches, as the Worker said when it let them in. */
export interface Watcher {
  userId: string;
  sessionId: string | null;
  keyId: string | null;
}

export interface Place {
  organisationId: string;
  projectId: string;
}

export function watcherOf(headers: Headers): Watcher {
  const read = (name: string) => headers.get(`x-specwright-${name}`);
  return { userId: read('user-id') ?? '', sessionId: read('session-id'), keyId: read('key-id') };
}

/** When the Worker let them in; Unix milliseconds. */
export function authorisedAt(headers: Headers): number {
  return Number(headers.get('x-specwright-authorised-at')) || 0;
}

/**
 * Which of these watchers may still see the project, as D1 has it now: by number in the list. Their session or key still
 * works, they still belong to the organisation, and the project is not closed to them. One query for all.
 */
export async function stillAllowed(db: D1Database, place: Place, watchers: Watcher[], now: number): Promise<Set<number>> {
  const { organisationId, projectId } = place;
  const { results } = await db.prepare(ALLOWED).bind(JSON.stringify(watchers), organisationId, projectId, now).all<{ at: number }>();
  return new Set(results.map(({ at }) => at));
}

const LIVING_KEY = `k.organisation_id = ?2 AND COALESCE(k.enabled, 1) = 1 AND (k.expires_at IS NULL OR k.expires_at > ?4)`;

// A service's key stands for itself: its role is in its permissions, and it is chosen for no project.
const ALLOWED = `
  WITH w AS (SELECT key AS at, value ->> 'userId' AS user_id, value ->> 'sessionId' AS session_id, value ->> 'keyId' AS key_id FROM json_each(?1))
  SELECT w.at FROM w JOIN projects p ON p.id = ?3 AND p.organisation_id = ?2
    LEFT JOIN members m ON m.user_id = w.user_id AND m.organisation_id = ?2
    LEFT JOIN api_keys s ON s.id = w.key_id AND s.reference_id = ?2
  WHERE (m.role IS NOT NULL OR s.id IS NOT NULL)
    AND (p.restricted = 0 OR m.role IN ('owner', 'admin') OR s.permissions ->> '$.role[0]' = 'admin'
      OR EXISTS (SELECT 1 FROM project_members c WHERE c.project_id = p.id AND c.user_id = w.user_id))
    AND (w.session_id IS NULL OR EXISTS (SELECT 1 FROM session t WHERE t.id = w.session_id AND t.user_id = w.user_id AND t.expires_at > ?4))
    AND (w.key_id IS NULL OR EXISTS (SELECT 1 FROM api_keys k WHERE k.id = w.key_id AND ${LIVING_KEY}))`;
