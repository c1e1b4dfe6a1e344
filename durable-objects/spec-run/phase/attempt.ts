import type { AttemptKind } from '@specwright/protocol/job.ts';
import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { Reason } from '@specwright/protocol/run-event.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { BUDGET, dollars, type Reserve, reserveOf } from '../money.ts';

/** After a failure that counts, a batch is healed; whatever else is tried again is the same work. */
export function kindOf(item: Item): AttemptKind {
  return item.phase?.stage === 'implement' && item.spent > 0 ? 'heal' : 'do';
}

/** The snapshot that holds the item's work so far; null: the branch's head, which holds all that was confirmed. */
export function lastWork(state: RunState, item: Item): string | null {
  const last = item.attempts.findLast((attempt) => attempt.snapshot !== null);
  if (last === undefined || item.phase?.stage === 'merge') return null;
  const isStale = state.items.some((other) => other.commit !== null && (other.endedAt ?? 0) > (last.endedAt ?? 0));
  return isStale ? null : last.snapshot;
}

/** What the next attempt may cost: what is left of the batch's or the healing's budget, with a heal a decision's, and of the run's. */
export function batchReserve(state: RunState, item: Item): Reserve {
  const { reservedTokens } = reserveOf(state);
  if (item.phase?.stage === 'merge') return { reservedMicros: 0, reservedTokens: 0 };
  const wanted = left(state, item) + (kindOf(item) === 'heal' ? decisionMicros(state) : 0);
  const { maxCostMicros } = state.settings;
  const most = maxCostMicros === null ? wanted : maxCostMicros - ledgerOf(state).micros;
  return { reservedMicros: Math.max(0, Math.min(wanted, most)), reservedTokens };
}

/** The part of a heal's reserve that its diagnosis may use: what the heal itself leaves of it. */
export function diagnosisMicros(state: RunState, item: Item, reservedMicros: number): number {
  return Math.min(decisionMicros(state), Math.max(0, reservedMicros - left(state, item)));
}

function decisionMicros({ phase }: RunState): number {
  return Math.round((phase?.config.budget.decisionBudget ?? 0) * 1_000_000);
}

/** Why this batch gets no further attempt: its budget, what it spent, how to go on. Null while there is room. */
export function batchExhausted(state: RunState, item: Item): Reason | null {
  if (item.phase === undefined || item.phase.stage === 'merge' || left(state, item) > 0) return null;
  const which = kindOf(item) === 'heal' ? 'healing budget' : 'budget';
  const limit = dollars(limitOf(state, item));
  return { code: BUDGET, message: `${item.title} has used its ${which} of ${limit}. Raise it to go on.` };
}

function limitOf(state: RunState, item: Item): number {
  const budget = state.phase?.config.budget;
  const usd = kindOf(item) === 'heal' ? (budget?.healingBudget ?? 2) : (budget?.maxPerBatch ?? 5);
  return Math.round(usd * 1_000_000);
}

function left(state: RunState, item: Item): number {
  const kind = kindOf(item);
  const own = item.attempts.filter((attempt) => (attempt.kind === 'heal') === (kind === 'heal'));
  // A lost attempt counts here with what it reported: its whole reserve, the batch's budget, is charged to the run's limit.
  // A diagnosis has a budget of its own.
  const micros = own.reduce((sum, { usage, diagnosis }) => sum + (usage.costMicros ?? 0) - (diagnosis?.usage.costMicros ?? 0), 0);
  return limitOf(state, item) - micros;
}
