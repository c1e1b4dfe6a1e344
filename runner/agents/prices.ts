import type { Price } from '../configuration/tool-configuration.ts';
import table from './prices.json' with { type: 'json' };

export interface TokenCount {
  /** Read by the model and not from a cache. */
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

const models: Record<string, Price> = table.models;

/**
 * The price of a model (`provider/model` or a bare id).
 * @param own a price from the configuration; it wins.
 * @returns 'plan' where a subscription pays: no cost can be told; null where nobody knows the price.
 */
export function priceOf(model: string, own: Price | null): Price | 'plan' | null {
  if (own !== null) return own;
  if (table.plans.some((plan) => model.startsWith(plan))) return 'plan';
  return models[model] ?? models[afterFirstSlash(model)] ?? null;
}

/** Micro-dollars, not rounded: round the sum, never the parts. A dollar a million tokens is a micro-dollar a token. */
export function costOf(tokens: TokenCount, price: Price): number {
  const cacheRead = price.cacheRead ?? price.input;
  const cacheWrite = price.cacheWrite ?? price.input;
  return tokens.input * price.input + tokens.output * price.output + tokens.cacheRead * cacheRead + tokens.cacheWrite * cacheWrite;
}

function afterFirstSlash(model: string): string {
  return model.slice(model.indexOf('/') + 1);
}
