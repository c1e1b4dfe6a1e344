import { findItem, fixOf, rootOf } from '@specwright/protocol/evolve/items.ts';
import { isSpent } from '@specwright/protocol/ledger.ts';
import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';

/** A chunk with its fix: they share one counter of attempts and one line of work. */
export interface Family {
  root: Item;
  fix: Item | undefined;
  /** Every attempt at the two, oldest first. */
  attempts: Attempt[];
  /** Those since the chunk was last set back. */
  recent: Attempt[];
}

export function familyOf(state: RunState, itemId: string): Family {
  const item = findItem(state, itemId);
  if (item === undefined) throw new Error(`the run has no item ${itemId}`);
  const root = rootOf(state, item);
  const fix = fixOf(state, root.id);
  const attempts = fix === undefined ? root.attempts : [...root.attempts, ...fix.attempts].sort((a, b) => a.attempt - b.attempt);
  return { root, fix, attempts, recent: recentOf(attempts, root.spent) };
}

/** The commit that the next attempt goes on from; null: the branch's head. */
export function continueFrom(state: RunState, family: Family): string | null {
  for (const attempt of family.recent.toReversed()) {
    if (attempt.result === 'rejected') return null;
    const goesOn = attempt.result === 'needs_fix' || attempt.result === 'checks_failed' || attempt.result === 'over_budget';
    if (goesOn && attempt.snapshot !== null) return isStale(state, attempt) ? null : attempt.snapshot;
  }
  return null;
}

/** The last attempt that counted, if any. */
export function lastSpent(family: Family): Attempt | undefined {
  return family.recent.findLast((attempt) => isSpent(attempt.result));
}

// Going on from a tree that is older than the branch's head would undo what other chunks have done since.
function isStale(state: RunState, attempt: Attempt): boolean {
  return state.items.some((item) => item.commit !== null && item.endedAt !== null && item.endedAt >= (attempt.endedAt ?? 0));
}

// The counter says how far back the present line of work reaches: a retry sets it to zero and leaves the history.
function recentOf(attempts: Attempt[], spent: number): Attempt[] {
  let left = spent;
  let from = attempts.length;
  while (from > 0 && left > 0) {
    from -= 1;
    if (isSpent(attempts[from]?.result ?? null)) left -= 1;
  }
  return attempts.slice(from);
}
