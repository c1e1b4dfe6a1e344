import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import type { NewLimits } from './phase-calls.ts';
import type { Limit } from './phase-outlook.ts';

export interface LimitField {
  limit: Limit;
  label: string;
  /** In dollars, or in tokens. */
  used: number;
  now: number | null;
}

const NAMES: Record<Limit, keyof NewLimits> = { total: 'maxTotal', tokens: 'maxTokens', batch: 'maxPerBatch', heal: 'healingBudget' };

/** The limits that can be raised, the one that was reached first. */
export function limitFields(run: RunState, reached: Limit, item: Item | null): LimitField[] {
  const spent = ledgerOf(run);
  const budget = run.phase?.config.budget;
  const { maxCostMicros, maxTokens } = run.settings;
  const all: LimitField[] = [
    { limit: 'total', label: 'Whole run, in dollars', used: usd(spent.micros), now: maxCostMicros === null ? null : usd(maxCostMicros) },
    { limit: 'batch', label: 'Each batch, in dollars', used: usd(spentOn(item, false)), now: budget?.maxPerBatch ?? null },
    { limit: 'heal', label: 'Healing of a batch, in dollars', used: usd(spentOn(item, true)), now: budget?.healingBudget ?? null },
    ...(maxTokens === null && reached !== 'tokens'
      ? []
      : [{ limit: 'tokens' as const, label: 'Tokens of the whole run', used: spent.tokens, now: maxTokens }]),
  ];
  return all.sort((a, b) => Number(b.limit === reached) - Number(a.limit === reached));
}

/** Why these values cannot be sent; null: they can. What was left empty stays as it is. */
export function raiseProblem(fields: LimitField[], values: Partial<Record<Limit, string>>): string | null {
  const [first] = fields;
  if (first && !(values[first.limit] ?? '').trim()) return 'Give the limit that was reached a new value.';
  for (const { limit, label, used } of fields) {
    const text = (values[limit] ?? '').trim();
    if (text === '') continue;
    const value = Number(text);
    if (!(value > 0)) return `${label}: a number above 0.`;
    if (limit === first?.limit && value <= used) return `${label}: more than the ${shown(limit, used)} that are used already.`;
    if (limit === 'tokens' && !Number.isInteger(value)) return `${label}: a whole number.`;
  }
  return null;
}

export function newLimits(values: Partial<Record<Limit, string>>): NewLimits {
  const given = Object.entries(values).filter(([, text]) => text.trim() !== '');
  return Object.fromEntries(given.map(([limit, text]) => [NAMES[limit as Limit], Number(text)]));
}

/** "$1.20", "12000". */
export function shown(limit: Limit, amount: number): string {
  return limit === 'tokens' ? String(amount) : `$${amount.toFixed(2)}`;
}

function spentOn(item: Item | null, heals: boolean): number {
  const own = item?.attempts.filter(({ kind }) => (kind === 'heal') === heals) ?? [];
  return own.reduce((sum, { usage }) => sum + (usage.costMicros ?? 0), 0);
}

function usd(micros: number): number {
  return micros / 1_000_000;
}
