/** Who watches the workers, as the Worker said when it let them in. */
export interface FeedWatcher {
  organisationId: string;
  userId: string;
  sessionId: string | null;
  keyId: string | null;
}

export function watcherOf(headers: Headers): FeedWatcher {
  const read = (name: string) => headers.get(`x-specwright-${name}`);
  return {
    organisationId: read('organisation-id') ?? '',
    userId: read('user-id') ?? '',
    sessionId: read('session-id'),
    keyId: read('key-id'),
  };
}

/**
 * What is closed to each of these watchers, as D1 has it now: the ids of restricted projects that they do not see; null: they
 * may see nothing of the organisation any more (they left, their session or key ended). All are of one organisation; one query for all.
 */
export async function closedTo(db: D1Database, watchers: FeedWatcher[], now: number): Promise<(Set<string> | null)[]> {
  const bind = (text: string) => db.prepare(text).bind(JSON.stringify(watchers), watchers[0]?.organisationId ?? '', now);
  const [members, hidden] = await db.batch<{ at: number; id: string }>([bind(MEMBERS), bind(HIDDEN)]);
  const allowed = new Set(members?.results.map(({ at }) => at));
  return watchers.map((_, at) =>
    allowed.has(at) ? new Set((hidden?.results ?? []).filter((row) => row.at === at).map(({ id }) => id)) : null,
  );
}

const WATCHERS = `WITH w AS (SELECT key AS at, value ->> 'userId' AS user_id, value ->> 'sessionId' AS session_id, value ->> 'keyId' AS key_id
  FROM json_each(?1) WHERE ?3 > 0)`;
const JOINS = `LEFT JOIN members m ON m.user_id = w.user_id AND m.organisation_id = ?2
  LEFT JOIN api_keys s ON s.id = w.key_id AND s.reference_id = ?2`;

// A service's key stands for itself: its role is in its permissions.
const MEMBERS = `${WATCHERS} SELECT w.at, '' AS id FROM w ${JOINS} WHERE (m.role IS NOT NULL OR s.id IS NOT NULL)
  AND (w.session_id IS NULL OR EXISTS (SELECT 1 FROM session t WHERE t.id = w.session_id AND t.user_id = w.user_id AND t.expires_at > ?3))
  AND (w.key_id IS NULL OR EXISTS (SELECT 1 FROM api_keys k WHERE k.id = w.key_id AND k.organisation_id = ?2 AND COALESCE(k.enabled, 1) = 1
    AND (k.expires_at IS NULL OR k.expires_at > ?3)))`;

const HIDDEN = `${WATCHERS} SELECT w.at, p.id FROM w ${JOINS} JOIN projects p ON p.organisation_id = ?2 AND p.restricted = 1
  WHERE COALESCE(m.role, '') NOT IN ('owner', 'admin') AND COALESCE(s.permissions ->> '$.role[0]', '') <> 'admin'
  AND NOT EXISTS (SELECT 1 FROM project_members c WHERE c.project_id = p.id AND c.user_id = w.user_id)`;
