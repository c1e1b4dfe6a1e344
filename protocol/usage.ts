import { z } from 'zod';

/** Beyond any real attempt, and far below where sums stop being exact: a runner that claims more is refused. */
const tokensSchema = z.number().int().nonnegative().max(1_000_000_000_000);

/** Tokens and money of agent calls. Money is whole micro-dollars, so that sums are exact; null where nobody knows the price. */
export const usageSchema = z.object({
  inputTokens: tokensSchema,
  outputTokens: tokensSchema,
  cachedTokens: tokensSchema,
  /** At most a million dollars. */
  costMicros: z.number().int().nonnegative().max(1_000_000_000_000).nullable(),
  /** Model turns (steps) that were taken. */
  steps: z.number().int().nonnegative().max(1_000_000_000),
});

export type Usage = z.infer<typeof usageSchema>;

export { addUsage, NO_USAGE } from './usage-sum.ts';
