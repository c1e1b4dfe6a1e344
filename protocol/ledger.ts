import type { RunState } from './run-state.ts';
import type { JobResult } from './runner-fact.ts';

export interface Ledger {
  /** Micro-dollars settled, with what lost jobs were charged. */
  micros: number;
  tokens: number;
}

/** What counts as spent against a run's limits, the job that is out left aside. Cached tokens are part of neither side. */
export function ledgerOf(state: Pick<RunState, 'totals' | 'lost'>): Ledger {
  const { costMicros, inputTokens, outputTokens } = state.totals.usage;
  const ledger = { micros: costMicros ?? 0, tokens: inputTokens + outputTokens };
  for (const charge of Object.values(state.lost)) {
    ledger.micros += charge.chargedMicros;
    ledger.tokens += charge.chargedTokens;
  }
  return ledger;
}

/** Says whether a result spends one of a chunk's attempts: faults of a runner or provider and a person's stop do not. */
export function isSpent(result: JobResult | 'lost' | null): boolean {
  return result !== null && result !== 'lost' && result !== 'runner_fault' && result !== 'provider_fault' && result !== 'stopped';
}
