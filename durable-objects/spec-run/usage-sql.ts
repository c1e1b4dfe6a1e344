import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { column, jsonRows } from './json-rows.ts';

const COLUMNS = [
  ...['job_id', 'organisation_id', 'project_id', 'spec_id', 'run_id', 'chunk_id', 'attempt', 'agent', 'model'],
  ...['input_tokens', 'output_tokens', 'cached_tokens', 'cost_micros', 'steps', 'duration_ms', 'result', 'at'],
];
const CORRECTED = ['input_tokens', 'output_tokens', 'cached_tokens', 'cost_micros', 'steps', 'result'];

const UPSERT = `INSERT INTO usage (${COLUMNS.join(', ')}) SELECT ${COLUMNS.map((_, at) => column(at)).join(', ')} FROM json_each(?1) AS row
WHERE EXISTS (SELECT 1 FROM projects WHERE id = ?2 AND organisation_id = ?3)
ON CONFLICT (job_id) DO UPDATE SET ${CORRECTED.map((name) => `${name} = excluded.${name}`).join(', ')}`;

/** Writes what these jobs used, keyed by the job: written twice, it stands once. A job that the plan no longer names is left out. */
export function usageStatements(db: D1Database, state: RunState, jobIds: Iterable<string>): D1PreparedStatement[] {
  const rows = [...jobIds].map((jobId) => usageRow(state, jobId)).filter((row) => row !== null);
  return jsonRows(rows).map((json) => db.prepare(UPSERT).bind(json, state.projectId, state.organisationId));
}

function usageRow(state: RunState, jobId: string): (string | number | null)[] | null {
  const found = findAttempt(state, jobId);
  if (found === null) return null;
  const { item, attempt } = found;
  const { inputTokens, outputTokens, cachedTokens, costMicros, steps } = attempt.usage;
  return [
    ...[jobId, state.organisationId, state.projectId, state.specId, state.id, item.id, attempt.attempt],
    ...[attempt.agent, attempt.model, inputTokens, outputTokens, cachedTokens, costMicros, steps],
    ...[Math.round(attempt.durationMs), attempt.result ?? 'lost', attempt.endedAt ?? state.updatedAt],
  ];
}

// The job's id names its chunk: run/chunk/attempt/fence.
function findAttempt(state: RunState, jobId: string): { item: Item; attempt: Attempt } | null {
  const item = findItem(state, jobId.split('/')[1] ?? '');
  const attempt = item?.attempts.find((candidate) => candidate.jobId === jobId);
  return item === undefined || attempt === undefined ? null : { item, attempt };
}
