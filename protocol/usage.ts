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

export { addUsage, NO_USAGE } from './usage-sum.ts';
