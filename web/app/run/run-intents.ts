import type { Call } from '../server/api.ts';

export type RunIntent =
  | { intent: 'pause' | 'resume' | 'stop' }
  | { intent: 'raise-limits'; maxCostMicros: number | null; maxTokens: number | null }
  | { intent: 'retry' | 'skip'; chunkId: string };

/** The API call behind each wish about a run. */
export function runCall(runId: string, wish: RunIntent): Call {
  const base = `/api/runs/${encodeURIComponent(runId)}`;
  switch (wish.intent) {
    case 'raise-limits':
      return { method: 'POST', path: `${base}/limits`, body: { maxCostMicros: wish.maxCostMicros, maxTokens: wish.maxTokens } };
    case 'retry':
    case 'skip':
      return { method: 'POST', path: `${base}/chunks/${encodeURIComponent(wish.chunkId)}/${wish.intent}` };
    default:
      return { method: 'POST', path: `${base}/${wish.intent}` };
  }
}
