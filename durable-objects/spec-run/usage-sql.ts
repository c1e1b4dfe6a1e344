import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';

const UPSERT = `INSERT INTO usage (job_id, organisation_id, project_id, spec_id, run_id, chunk_id, attempt, agent, model,
  input_tokens, output_tokens, cached_tokens, cost_micros, steps, duration_ms, result, at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
WHERE EXISTS (SELECT 1 FROM projects WHERE id = ?3 AND organisation_id = ?2)
ON CONFLICT (job_id) DO UPDATE SET input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
  cached_tokens = excluded.cached_tokens, cost_micros = excluded.cost_micros, steps = excluded.steps, result = excluded.result`;

/** Writes what one job used, keyed by the job: written twice, it stands once. A job that the plan no longer names is left out. */
export async function writeUsage(db: D1Database, state: RunState, jobId: string): Promise<void> {
  const found = findAttempt(state, jobId);
  if (found === null) return;
  const { item, attempt } = found;
  const { inputTokens, outputTokens, cachedTokens, costMicros, steps } = attempt.usage;
  await db
    .prepare(UPSERT)
    .bind(
      ...[jobId, state.organisationId, state.projectId, state.specId, state.id, item.id, attempt.attempt],
      ...[attempt.agent, attempt.model, inputTokens, outputTokens, cachedTokens, costMicros, steps],
      ...[Math.round(attempt.durationMs), attempt.result ?? 'lost', attempt.endedAt ?? state.updatedAt],
    )
    .run();
}

// The job's id names its chunk: run/chunk/attempt/fence.
function findAttempt(state: RunState, jobId: string): { item: Item; attempt: Attempt } | null {
  const item = findItem(state, jobId.split('/')[1] ?? '');
  const attempt = item?.attempts.find((candidate) => candidate.jobId === jobId);
  return item === undefined || attempt === undefined ? null : { item, attempt };
}
