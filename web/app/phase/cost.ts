import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

/** Micro-dollars spent so far: what is settled, what lost jobs were charged, and what the job in hand has reported. Null: unpriced. */
export function spentOf(run: RunState): number | null {
  const open = run.job?.usage.costMicros ?? null;
  const settled = ledgerOf(run).micros;
  return settled === 0 && run.totals.usage.costMicros === null && open === null ? null : settled + (open ?? 0);
}
