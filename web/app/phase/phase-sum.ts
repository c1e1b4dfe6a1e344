import type { Attempt, Item, RunState } from '@specwright/protocol/run-state.ts';
import { spentOf } from './cost.ts';
import { batchesOf } from './phase-outlook.ts';

export interface PhaseSum {
  batches: { done: number; skipped: number; total: number };
  tasks: { done: number; total: number };
  commits: number;
  heals: number;
  /** Of the confirmed attempts: a file that several batches changed counts in each. */
  diff: { files: number; added: number; removed: number };
  costMicros: number | null;
  activeMs: number;
}

/** What a phase came to so far. */
export function sumOf(run: RunState): PhaseSum {
  const batches = batchesOf(run);
  const count = (status: Item['status']) => batches.filter((item) => item.status === status).length;
  const { done = 0, total = 0 } = run.phase?.seen?.counts ?? {};
  const diff = { files: 0, added: 0, removed: 0 };
  for (const { diffStat } of run.items.flatMap((item) => confirmed(item) ?? [])) {
    diff.files += diffStat?.files ?? 0;
    diff.added += diffStat?.added ?? 0;
    diff.removed += diffStat?.removed ?? 0;
  }
  return {
    batches: { done: count('completed'), skipped: count('skipped'), total: batches.length },
    tasks: { done, total },
    commits: run.totals.commits,
    heals: run.items.flatMap(({ attempts }) => attempts).filter(({ kind }) => kind === 'heal').length,
    ...{ diff, costMicros: spentOf(run), activeMs: run.activeMs },
  };
}

/** The attempt that an item's end stands on; its diff is the item's whole work. Null: none passed. */
export function confirmed(item: Item): Attempt | null {
  return item.attempts.findLast(({ result }) => result === 'passed') ?? null;
}
