import type { Usage } from './usage.ts';

/** Apart from the schema, so that pages that fold a run ship no validator. */
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
