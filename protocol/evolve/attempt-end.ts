import type { EventOf } from '../run-event.ts';
import type { RunState } from '../run-state.ts';
import type { Usage } from '../usage.ts';
import { addUsage } from '../usage-sum.ts';
import { changeAttempt, changeItem, findItem, rootOf } from './items.ts';

/** How an attempt leaves the books: ended with a result, lost with its lease, or corrected by a late journal. */
export function applyAttemptEnd(
  next: RunState,
  event: EventOf<'attempt_ended' | 'attempt_lost' | 'attempt_corrected'> & { at: number },
): void {
  if (event.kind === 'attempt_ended') {
    end(next, event);
    return;
  }
  if (event.kind === 'attempt_lost') {
    lose(next, event);
    return;
  }
  correct(next, event);
}

function end(next: RunState, event: EventOf<'attempt_ended'> & { at: number }): void {
  const kind = next.job?.kind;
  // A refused merge needs a person's word again.
  if (event.result === 'merge_refused' && next.phase !== undefined) next.phase = { ...next.phase, mergeApproved: false };
  next.job = null;
  next.resetTo = null;
  next.totals = { ...next.totals, usage: addUsage(next.totals.usage, event.usage) };
  const isFault = event.result === 'runner_fault' || event.result === 'provider_fault';
  if (event.spent) next.faultsInRow = 0;
  else if (isFault) next.faultsInRow += 1;
  const { result, code, message, snapshot, diffPiece, diffStat, usage, durationMs } = event;
  const ended = { result, code, message, snapshot, diffPiece, diffStat, usage, durationMs, endedAt: event.at };
  changeItem(next, event.chunkId, (item) => ({
    status: item.kind === 'fix' && result === 'rejected' ? 'failed' : 'running',
    attempts: changeAttempt(item, event.jobId, () => ended),
    usage: addUsage(item.usage, usage),
    durationMs: item.durationMs + durationMs,
  }));
  if (event.spent) spend(next, event.chunkId, kind === 'heal');
}

function spend(next: RunState, chunkId: string, heal: boolean): void {
  const item = findItem(next, chunkId);
  if (item === undefined) return;
  changeItem(next, rootOf(next, item).id, (root) => ({ spent: root.spent + 1, heals: root.heals + (heal ? 1 : 0) }));
}

function lose(next: RunState, event: EventOf<'attempt_lost'> & { at: number }): void {
  const usage = next.job?.usage;
  next.job = null;
  next.resetTo = null;
  const { chunkId: itemId, chargedMicros, chargedTokens } = event;
  next.lost = { ...next.lost, [event.jobId]: { itemId, chargedMicros, chargedTokens } };
  if (usage !== undefined) next.totals = { ...next.totals, usage: addUsage(next.totals.usage, usage) };
  changeItem(next, itemId, (item) => ({
    status: 'running',
    usage: usage === undefined ? item.usage : addUsage(item.usage, usage),
    attempts: changeAttempt(item, event.jobId, (attempt) => ({ result: 'lost', usage: usage ?? attempt.usage, endedAt: event.at })),
  }));
}

// The journal's sum replaces both what had been reported and what was charged on suspicion.
function correct(next: RunState, event: EventOf<'attempt_corrected'>): void {
  const itemId = next.lost[event.jobId]?.itemId;
  const item = itemId === undefined ? undefined : findItem(next, itemId);
  const known = item?.attempts.findLast((attempt) => attempt.jobId === event.jobId)?.usage;
  if (itemId === undefined || known === undefined) return;
  const { [event.jobId]: _corrected, ...lost } = next.lost;
  next.lost = lost;
  next.totals = { ...next.totals, usage: replaceUsage(next.totals.usage, known, event.usage) };
  changeItem(next, itemId, (changed) => ({
    usage: replaceUsage(changed.usage, known, event.usage),
    attempts: changeAttempt(changed, event.jobId, () => ({ usage: event.usage })),
  }));
}

function replaceUsage(sum: Usage, known: Usage, actual: Usage): Usage {
  const costMicros = sum.costMicros === null ? actual.costMicros : sum.costMicros - (known.costMicros ?? 0) + (actual.costMicros ?? 0);
  return {
    inputTokens: sum.inputTokens - known.inputTokens + actual.inputTokens,
    outputTokens: sum.outputTokens - known.outputTokens + actual.outputTokens,
    cachedTokens: sum.cachedTokens - known.cachedTokens + actual.cachedTokens,
    costMicros,
    steps: sum.steps - known.steps + actual.steps,
  };
}
