import { rootOf } from '@specwright/protocol/evolve/items.ts';
import { currentItem, progressOf, reasonOf, specStatusOf, stepWord } from '@specwright/protocol/run-progress.ts';
import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { column, jsonRows } from './json-rows.ts';

const RUN_COLUMNS = [
  ...['id', 'organisation_id', 'project_id', 'spec_id', 'spec_title', 'status', 'reason_code', 'reason_message', 'fault', 'branch'],
  ...['runner_name', 'current_chunk_id', 'current_step', 'progress_current', 'progress_total', 'progress_passed', 'progress_failed'],
  ...['fixes', 'input_tokens', 'output_tokens', 'cached_tokens', 'cost_micros', 'steps', 'active_ms', 'started_by'],
  ...['created_at', 'ended_at', 'updated_at', 'at_rest', 'projected_seq'],
];

// Only the run writes its row, only forwards, and only while its spec exists; a phase has its project's name in the spec's place.
const UPSERT_RUN = `INSERT INTO runs (${RUN_COLUMNS.join(', ')})
SELECT ${RUN_COLUMNS.map((_, at) => `?${at + 1}`).join(', ')} WHERE EXISTS (SELECT 1 FROM specs WHERE id = ?4 AND organisation_id = ?2)
  OR (?4 = 'phase:' || ?3 AND EXISTS (SELECT 1 FROM projects WHERE id = ?3 AND organisation_id = ?2))
ON CONFLICT (id) DO UPDATE SET ${RUN_COLUMNS.slice(4).map((name) => `${name} = excluded.${name}`)} WHERE runs.projected_seq < excluded.projected_seq`;

const CHUNK_COLUMNS = [
  ...['status', 'summary', 'verdict', 'commit_sha', 'input_tokens', 'output_tokens', 'cached_tokens', 'cost_micros', 'steps'],
  ...['duration_ms', 'error_code', 'error_message'],
];
// projected_seq of a chunk counts within one run: a later run writes over an earlier one whatever its number.
const UPDATE_CHUNKS = `UPDATE chunks SET ${CHUNK_COLUMNS.map((name, at) => `${name} = ${column(at + 1)}`).join(', ')},
  run_id = ?2, projected_seq = ?3, updated_at = ?4 FROM json_each(?1) AS row
WHERE chunks.id = ${column(0)} AND chunks.organisation_id = ?5 AND (chunks.run_id IS NOT ?2 OR chunks.projected_seq < ?3)`;

const UPDATE_SPEC = 'UPDATE specs SET status = ?3, updated_at = ?4 WHERE id = ?1 AND organisation_id = ?2 AND status <> ?3';

/** The statements that bring D1 up to this state: the run's row, the chunks that were touched, the spec's status. */
export function summaryStatements(db: D1Database, state: RunState, touched: Set<string>): D1PreparedStatement[] {
  const { id, seq, updatedAt, organisationId, specId } = state;
  const chunks = state.items.filter((item) => item.kind === 'chunk' && touched.has(item.id));
  return [
    db.prepare(UPSERT_RUN).bind(...runValues(state)),
    ...jsonRows(chunks.map((chunk) => chunkRow(state, chunk))).map((json) =>
      db.prepare(UPDATE_CHUNKS).bind(json, id, seq, updatedAt, organisationId),
    ),
    db.prepare(UPDATE_SPEC).bind(specId, organisationId, specStatusOf(state), updatedAt),
  ];
}

/** The highest number that D1 has been told of; 0 when it does not know the run. */
export async function readProjectedSeq(db: D1Database, runId: string): Promise<number> {
  const row = await db.prepare('SELECT projected_seq FROM runs WHERE id = ?').bind(runId).first<{ projected_seq: number }>();
  return row?.projected_seq ?? 0;
}

function runValues(state: RunState): (string | number | null)[] {
  const item = currentItem(state);
  const reason = reasonOf(state);
  const { current, total, passed, failed } = progressOf(state);
  const { inputTokens, outputTokens, cachedTokens, costMicros, steps } = state.totals.usage;
  return [
    ...[state.id, state.organisationId, state.projectId, state.specId, state.specTitle, state.status],
    ...[reason?.code ?? null, reason?.message ?? null, state.fault, state.branch],
    ...[state.lease?.state === 'held' ? state.lease.runnerName : null, item === null ? null : rootOf(state, item).id],
    ...[stepWord(state), current, total, passed, failed, state.totals.fixes],
    ...[inputTokens, outputTokens, cachedTokens, costMicros, steps, Math.round(state.activeMs)],
    ...[state.startedBy?.name ?? null, state.createdAt, state.endedAt, state.updatedAt, isAtRest(state) ? 1 : 0, state.seq],
  ];
}

// A fix has no row of its own: what it used is its chunk's.
function chunkRow(state: RunState, chunk: Item): (string | number | null)[] {
  const family = state.items.filter((item) => item.id === chunk.id || item.parentId === chunk.id);
  const sum = (pick: (item: Item) => number) => family.reduce((total, item) => total + pick(item), 0);
  const priced = family.some((item) => item.usage.costMicros !== null);
  return [
    ...[chunk.id, chunk.status, chunk.summary, chunk.verdict === null ? null : JSON.stringify(chunk.verdict), chunk.commit],
    ...[sum((item) => item.usage.inputTokens), sum((item) => item.usage.outputTokens), sum((item) => item.usage.cachedTokens)],
    ...[priced ? sum((item) => item.usage.costMicros ?? 0) : null, sum((item) => item.usage.steps)],
    ...[Math.round(sum((item) => item.durationMs)), chunk.error?.code ?? null, chunk.error?.message ?? null],
  ];
}
