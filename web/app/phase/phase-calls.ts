import type { Answers } from '@specwright/protocol/question.ts';
import type { Call } from '../server/api.ts';

/** Dollars and tokens; what is left out stays as it is. Null: no limit. */
export interface NewLimits {
  maxTotal?: number;
  maxPerBatch?: number;
  healingBudget?: number;
  maxTokens?: number | null;
}

export type PhaseWish =
  | { wish: 'pause' | 'resume' | 'cancel' }
  | { wish: 'merge'; decision: 'merge' | 'not_yet' }
  | { wish: 'retry' | 'skip'; itemId: string }
  | { wish: 'raise'; limits: NewLimits }
  | { wish: 'answer'; questionId: string; answers: Answers };

/** The API call behind each wish about a phase. */
export function phaseCall(runId: string, { wish, ...rest }: PhaseWish): Call {
  const { limits, ...body } = rest as { limits?: NewLimits };
  return { method: 'POST', path: `/api/workflow/orchestrate/${wish}`, body: { runId, ...body, ...limits } };
}
