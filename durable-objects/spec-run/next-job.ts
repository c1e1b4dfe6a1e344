import { fixOf } from '@specwright/protocol/evolve/items.ts';
import { jobIdOf } from '@specwright/protocol/id.ts';
import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { add, type Draft } from './decision.ts';
import { continueFrom, familyOf, lastSpent } from './family.ts';
import { endLease } from './lose-lease.ts';
import { exhausted, reserveOf } from './money.ts';
import { batchExhausted, batchReserve, kindOf, lastWork } from './phase/attempt.ts';
import { mayBegin } from './phase/begin.ts';
import { layBatches } from './phase/look.ts';

/** Goes on as far as it can without a further command: orders the next job, waits, pauses, or comes to rest. */
export function proceed(draft: Draft): void {
  const { state } = draft;
  if (isAtRest(state) || state.job !== null) return;
  if (state.status === 'pausing') add(draft, { kind: 'run_paused' });
  if (state.status === 'stopping') cancel(draft);
  if (state.status !== 'running' && state.status !== 'queued') return;
  // Nothing is planned before a runner has looked.
  if (state.phase !== undefined && state.items.length === 0) return;
  if (state.phase !== undefined) layBatches(draft);
  const chunk = nextChunk(draft.state);
  if (chunk?.phase !== undefined && !mayBegin(draft, chunk)) return;
  if (chunk === undefined) finish(draft);
  else if (state.lease?.state === 'held' && state.lease.reconciled) order(draft, chunk);
}

/** Ends a run that a person stopped: nothing is out any more. */
export function cancel(draft: Draft): void {
  endLease(draft, { code: 'STOPPED', message: 'The run was stopped.' });
  add(draft, { kind: 'run_cancelled', reason: { code: 'STOPPED', message: 'A person stopped the run.' } });
}

/** The chunk in hand, else the first in the plan whose dependencies are all done. */
function nextChunk(state: RunState): Item | undefined {
  const chunks = state.items.filter((item) => item.kind === 'chunk' && item.selected);
  const inHand = chunks.find((item) => item.status === 'running' || item.status === 'reviewing');
  if (inHand !== undefined) return inHand;
  const done = new Set(state.items.filter(isDone).map((item) => item.id));
  return chunks.find((item) => item.status === 'pending' && item.dependsOn.every((id) => done.has(id)));
}

function isDone(item: Item): boolean {
  return item.status === 'completed' || item.status === 'skipped';
}

function finish(draft: Draft): void {
  const open = draft.state.items.filter((item) => item.kind === 'chunk' && item.selected && !isDone(item));
  endLease(draft, { code: 'RUN_ENDED', message: 'There is nothing left to do.' });
  if (open.length > 0) {
    const message = `These chunks wait for others that are not done: ${open.map((item) => item.key).join(', ')}.`;
    add(draft, { kind: 'run_failed', reason: { code: 'DEPENDENCIES_OPEN', message }, fault: 'chunk' });
    return;
  }
  const { passed, failed, fixes } = draft.state.totals;
  add(draft, { kind: 'run_completed', passed, failed, fixes });
}

function order(draft: Draft, chunk: Item): void {
  const reason = exhausted(draft.state) ?? batchExhausted(draft.state, chunk);
  if (reason !== null) {
    add(draft, { kind: 'wait_started', reason, waitFor: 'person', untilAt: null });
    return;
  }
  const fix = fixOf(draft.state, chunk.id);
  const target = fix !== undefined && (fix.status === 'pending' || fix.status === 'running' || fix.status === 'reviewing') ? fix : chunk;
  announce(draft, chunk, target);
  const family = familyOf(draft.state, chunk.id);
  const attempt = family.attempts.length + 1;
  add(draft, {
    kind: 'job_ordered',
    jobId: jobIdOf({ runId: draft.state.id, chunkId: target.id, attempt, fence: draft.state.fence }),
    chunkId: target.id,
    attempt,
    attemptKind:
      chunk.phase !== undefined ? kindOf(chunk) : target.kind === 'fix' ? 'fix' : lastSpent(family)?.result === 'rejected' ? 'heal' : 'do',
    continueFrom: chunk.phase !== undefined ? lastWork(draft.state, chunk) : continueFrom(draft.state, family),
    ...(chunk.phase !== undefined ? batchReserve(draft.state, chunk) : reserveOf(draft.state)),
  });
}

function announce(draft: Draft, chunk: Item, target: Item): void {
  if (chunk.status === 'pending') {
    const selected = draft.state.items.filter((item) => item.kind === 'chunk' && item.selected);
    const index = selected.filter(isDone).length + 1;
    add(draft, { kind: 'chunk_started', chunkId: chunk.id, title: chunk.title, index, total: selected.length });
  }
  if (target.kind === 'fix' && target.status === 'pending')
    add(draft, { kind: 'fix_chunk_started', chunkId: target.id, parentId: chunk.id, title: target.title });
}
