import type { EventOf } from '../run-event.ts';
import type { Item, RunState } from '../run-state.ts';
import { NO_USAGE } from '../usage-sum.ts';
import type { Verdict } from '../verdict.ts';
import { changeAttempt, changeItem, findItem, fixOf } from './items.ts';
import { changePlan } from './plan-change.ts';

type ChunkEvent = EventOf<
  | 'chunk_adopted'
  | 'chunk_started'
  | 'fix_chunk_started'
  | 'fix_chunk_created'
  | 'chunk_completed'
  | 'chunk_failed'
  | 'chunk_skipped'
  | 'chunk_reset'
  | 'plan_changed'
>;

/** What becomes of a chunk, between and after its attempts. */
export function applyChunkEvent(next: RunState, event: ChunkEvent & { at: number }): void {
  switch (event.kind) {
    case 'chunk_started':
    case 'fix_chunk_started':
      changeItem(next, event.chunkId, (item) => ({
        status: 'running',
        startedAt: item.startedAt ?? event.at,
        endedAt: null,
        error: null,
      }));
      return;
    case 'chunk_adopted':
      adopt(next, event);
      return;
    case 'fix_chunk_created':
      createFix(next, event);
      return;
    case 'chunk_completed':
      complete(next, event);
      return;
    case 'chunk_failed':
      count(next, { failed: 1 });
      changeItem(next, event.chunkId, () => ({ status: 'failed', error: event.reason, endedAt: event.at }));
      endFix(next, event.chunkId, 'failed');
      return;
    case 'chunk_skipped':
      count(next, { skipped: 1, failed: findItem(next, event.chunkId)?.status === 'failed' ? -1 : 0 });
      changeItem(next, event.chunkId, () => ({ status: 'skipped', error: null, endedAt: event.at }));
      endFix(next, event.chunkId, 'skipped');
      return;
    case 'chunk_reset':
      resetChunk(next, event.chunkId);
      return;
    case 'plan_changed':
      changePlan(next, event);
      return;
  }
}

/** Gives a chunk its attempts back and makes it pending; its fix is abandoned. */
export function resetChunk(next: RunState, chunkId: string): void {
  if (findItem(next, chunkId)?.status === 'failed') count(next, { failed: -1 });
  changeItem(next, chunkId, () => ({ status: 'pending', spent: 0, heals: 0, error: null, endedAt: null }));
  endFix(next, chunkId, 'failed');
}

export function count(next: RunState, more: Partial<Record<'passed' | 'failed' | 'skipped' | 'fixes' | 'commits', number>>): void {
  const totals = { ...next.totals };
  for (const key of ['passed', 'failed', 'skipped', 'fixes', 'commits'] as const) totals[key] += more[key] ?? 0;
  next.totals = totals;
}

function endFix(next: RunState, chunkId: string, status: Item['status']): void {
  const fix = fixOf(next, chunkId);
  if (fix !== undefined && fix.status !== 'completed') changeItem(next, fix.id, () => ({ status }));
}

const ADOPTED: Verdict = { verdict: 'pass', summary: 'Adopted: the branch proves that it passed.', checks: [], requestedChanges: [] };

// The trailer on the branch says `pass`; what the review wrote may have been lost with the runner.
function adopt(next: RunState, event: EventOf<'chunk_adopted'> & { at: number }): void {
  for (const item of [findItem(next, event.chunkId), fixOf(next, event.chunkId)]) {
    const adopted = item?.attempts.find((attempt) => attempt.attempt === event.attempt);
    if (item === undefined || adopted === undefined) continue;
    const verdict = adopted.verdict?.verdict === 'pass' ? adopted.verdict : ADOPTED;
    const attempts = changeAttempt(item, adopted.jobId, () => ({ result: 'passed', verdict, endedAt: adopted.endedAt ?? event.at }));
    changeItem(next, item.id, () => ({ attempts, verdict }));
  }
}

function createFix(next: RunState, event: EventOf<'fix_chunk_created'>): void {
  const { chunkId: id, parentId, key, title, textPiece, requestedChanges } = event;
  const parent = next.items.findIndex((item) => item.id === parentId);
  const of = next.items[parent];
  if (of === undefined) return;
  count(next, { fixes: 1 });
  // A chunk has one fix; a later review of needs_fix (after a heal, a retry) renews it.
  const known = findItem(next, id);
  const fresh = { key, title, textPiece, requestedChanges, status: 'pending', error: null, endedAt: null } as const;
  if (known !== undefined) {
    changeItem(next, id, () => fresh);
    return;
  }
  next.items = next.items.toSpliced(parent + 1, 0, {
    ...of,
    ...fresh,
    id,
    kind: 'fix',
    parentId,
    dependsOn: [],
    spent: 0,
    heals: 0,
    attempts: [],
    summary: null,
    verdict: null,
    commit: null,
    usage: NO_USAGE,
    durationMs: 0,
    startedAt: null,
  });
}

function complete(next: RunState, event: EventOf<'chunk_completed'> & { at: number }): void {
  const { commit, summary, verdict } = event;
  // A stage may be confirmed without a change.
  count(next, { passed: 1, commits: commit === next.head ? 0 : 1 });
  next.head = commit;
  if (next.phase !== undefined && event.chunkId === 'merge') next.phase = { ...next.phase, mergedCommit: commit };
  // Adopted without its fix, or healed: what the fix was to change is settled.
  if (event.fixChunkId === null) endFix(next, event.chunkId, 'cancelled');
  for (const id of [event.chunkId, event.fixChunkId]) {
    if (id === null) continue;
    changeItem(next, id, (item) => ({
      status: 'completed',
      commit,
      summary,
      verdict: verdict ?? (item.verdict?.verdict === 'pass' ? item.verdict : ADOPTED),
      error: null,
      endedAt: event.at,
    }));
  }
}
