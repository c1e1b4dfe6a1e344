import { z } from 'zod';

/** Tokens and money of agent calls. Money is whole micro-dollars, so that sums are exact; null where nobody knows the price. */
export const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cachedTokens: z.number().int().nonnegative(),
  costMicros: z.number().int().nonnegative().nullable(),
  /** Model turns (steps) that were taken. */
  steps: z.number().int().nonnegative(),
});

export type Usage = z.infer<typeof usageSchema>;

export const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, costMicros: 0, steps: 0 };

/** Adds two usages; an unknown cost on one side leaves the known part. */
export function addUsage(a: Usage, b: Usage): Usage {
  const costMicros = a.costMicros === null && b.costMicros === null ? null : (a.costMicros ?? 0) + (b.costMicros ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    costMicros,
    steps: a.steps + b.steps,
  };
}
