import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { Reason } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';

export const BUDGET = 'BUDGET';

export interface Reserve {
  reservedMicros: number;
  reservedTokens: number;
}

/** What a next job may use: the usual reserve, or what is left of the limits when that is less. */
export function reserveOf(state: RunState): Reserve {
  const { settings } = state;
  const spent = ledgerOf(state);
  return {
    reservedMicros: part(settings.reserveCostMicros, settings.maxCostMicros, spent.micros),
    reservedTokens: part(settings.reserveTokens, settings.maxTokens, spent.tokens),
  };
}

/** Why no further job can be handed out: the limit, what was spent, how to go on. Null while there is room. */
export function exhausted(state: RunState): Reason | null {
  const { maxCostMicros, maxTokens } = state.settings;
  const spent = ledgerOf(state);
  if (maxCostMicros !== null && spent.micros >= maxCostMicros) return reason(dollars(spent.micros), dollars(maxCostMicros), 'cost');
  if (maxTokens !== null && spent.tokens >= maxTokens) return reason(`${spent.tokens} tokens`, `${maxTokens} tokens`, 'token');
  return null;
}

function reason(spent: string, limit: string, which: string): Reason {
  return { code: BUDGET, message: `The run has spent ${spent} of its ${which} limit of ${limit}. Raise the limit to go on.` };
}

function part(usual: number, limit: number | null, spent: number): number {
  return limit === null ? usual : Math.max(0, Math.min(usual, limit - spent));
}

export function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(2)}`;
}
