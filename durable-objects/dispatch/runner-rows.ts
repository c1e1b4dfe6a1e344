import type { RunnerSharing } from '@specwright/protocol/runners-api.ts';
import type { RunnerSettings } from './runner-state.ts';

interface Row {
  name: string;
  owner_id: string;
  labels: string;
  sharing: RunnerSharing;
  paused: number;
  draining: number;
  note: string | null;
}

/** A runner's settings as D1 has them; null: it is not registered, or it was revoked. A word about a change that was lost is mended by this. */
export async function readRunnerSettings(db: D1Database, runnerId: string): Promise<RunnerSettings | null> {
  const ofRunner = db
    .prepare('SELECT name, owner_id, labels, sharing, paused, draining, note FROM runners WHERE id = ? AND revoked_at IS NULL')
    .bind(runnerId);
  const ofProjects = db.prepare('SELECT project_id FROM runner_projects WHERE runner_id = ?').bind(runnerId);
  const [found, shared] = await db.batch<Row & { project_id: string }>([ofRunner, ofProjects]);
  const row = found?.results[0];
  if (!row) return null;
  const { name, owner_id: ownerId, sharing, note } = row;
  const projectIds = (shared?.results ?? []).map(({ project_id }) => project_id);
  const flags = { paused: row.paused === 1, draining: row.draining === 1 };
  return { runnerId, name, ownerId, labels: JSON.parse(row.labels), sharing, projectIds, ...flags, note };
}
