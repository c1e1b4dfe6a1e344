import { rootOf } from '@specwright/protocol/evolve/items.ts';
import { currentItem, progressOf, specStatusOf } from '@specwright/protocol/run-progress.ts';
import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';

const RUN_COLUMNS = [
  ...['id', 'organisation_id', 'project_id', 'spec_id', 'spec_title', 'status', 'reason_code', 'reason_message', 'fault', 'branch'],
  ...['runner_name', 'current_chunk_id', 'current_step', 'progress_current', 'progress_total', 'progress_passed', 'progress_failed'],
  ...['fixes', 'input_tokens', 'output_tokens', 'cached_tokens', 'cost_micros', 'steps', 'active_ms', 'started_by'],
  ...['created_at', 'ended_at', 'updated_at', 'at_rest', 'projected_seq'],
];

// Only the run writes its row, only forwards, and only while its spec exists.
const UPSERT_RUN = `INSERT INTO runs (${RUN_COLUMNS.join(', ')})
SELECT ${RUN_COLUMNS.map((_, at) => `?${at + 1}`).join(', ')} WHERE EXISTS (SELECT 1 FROM specs WHERE id = ?4 AND organisation_id = ?2)
ON CONFLICT (id) DO UPDATE SET ${RUN_COLUMNS.slice(4).map((name) => `${name} = excluded.${name}`)} WHERE runs.projected_seq < excluded.projected_seq`;

// projected_seq of a chunk counts within one run: a later run writes over an earlier one whatever its number.
const UPDATE_CHUNK = `UPDATE chunks SET status = ?3, summary = ?4, verdict = ?5, commit_sha = ?6, input_tokens = ?7, output_tokens = ?8,
  cached_tokens = ?9, cost_micros = ?10, steps = ?11, duration_ms = ?12, error_code = ?13, error_message = ?14, run_id = ?15,
  projected_seq = ?16, updated_at = ?17
WHERE id = ?1 AND organisation_id = ?2 AND (run_id IS NOT ?15 OR projected_seq < ?16)`;

const UPDATE_SPEC = 'UPDATE specs SET status = ?3, updated_at = ?4 WHERE id = ?1 AND organisation_id = ?2 AND status <> ?3';

/** The statements that bring D1 up to this state: the run's row, the chunks that were touched, the spec's status. */
export function summaryStatements(db: D1Database, state: RunState, touched: Set<string>): D1PreparedStatement[] {
  const chunks = state.items.filter((item) => item.kind === 'chunk' && touched.has(item.id));
  return [
    db.prepare(UPSERT_RUN).bind(...runValues(state)),
    ...chunks.map((item) => db.prepare(UPDATE_CHUNK).bind(...chunkValues(state, item))),
    db.prepare(UPDATE_SPEC).bind(state.specId, state.organisationId, specStatusOf(state), state.updatedAt),
  ];
}

/** The highest number that D1 has been told of; 0 when it does not know the run. */
export async function readProjectedSeq(db: D1Database, runId: string): Promise<number> {
  const row = await db.prepare('SELECT projected_seq FROM runs WHERE id = ?').bind(runId).first<{ projected_seq: number }>();
  return row?.projected_seq ?? 0;
}

function runValues(state: RunState): (string | number | null)[] {
  const item = currentItem(state);
  const { current, total, passed, failed } = progressOf(state);
  const { inputTokens, outputTokens, cachedTokens, costMicros, steps } = state.totals.usage;
  return [
    ...[state.id, state.organisationId, state.projectId, state.specId, state.specTitle, state.status],
    ...[state.reason?.code ?? null, state.reason?.message ?? null, state.fault, state.branch],
    ...[state.lease?.state === 'held' ? state.lease.runnerName : null, item === null ? null : rootOf(state, item).id],
    ...[state.job?.step ?? null, current, total, passed, failed, state.totals.fixes],
    ...[inputTokens, outputTokens, cachedTokens, costMicros, steps, Math.round(state.activeMs)],
    ...[state.startedBy?.name ?? null, state.createdAt, state.endedAt, state.updatedAt, isAtRest(state) ? 1 : 0, state.seq],
  ];
}

// A fix has no row of its own: what it used is its chunk's.
function chunkValues(state: RunState, chunk: Item): (string | number | null)[] {
  const family = state.items.filter((item) => item.id === chunk.id || item.parentId === chunk.id);
  const sum = (pick: (item: Item) => number) => family.reduce((total, item) => total + pick(item), 0);
  const priced = family.some((item) => item.usage.costMicros !== null);
  return [
    ...[
      chunk.id,
      state.organisationId,
      chunk.status,
      chunk.summary,
      chunk.verdict === null ? null : JSON.stringify(chunk.verdict),
      chunk.commit,
    ],
    ...[sum((item) => item.usage.inputTokens), sum((item) => item.usage.outputTokens), sum((item) => item.usage.cachedTokens)],
    ...[
      priced ? sum((item) => item.usage.costMicros ?? 0) : null,
      sum((item) => item.usage.steps),
      Math.round(sum((item) => item.durationMs)),
    ],
    ...[chunk.error?.code ?? null, chunk.error?.message ?? null, state.id, state.seq, state.updatedAt],
  ];
}
