import type { OrchestrationConfig } from '@specwright/protocol/phase.ts';
import type { Call } from '../server/api.ts';

export type StartIntent =
  /** What is left out of `config` is as the server's defaults have it. */
  | { intent: 'start-phase'; projectId: string; config: Partial<OrchestrationConfig> }
  | { intent: 'cancel-phase'; runId: string }
  | { intent: 'left-phase'; projectId: string; runId: string; decision: 'resume' | 'mark_failed' };

/** The API call behind each wish about the start of a phase. */
export function startCall(wish: StartIntent): Call {
  const { intent, ...body } = wish;
  const path = { 'start-phase': 'orchestrate', 'cancel-phase': 'orchestrate/cancel', 'left-phase': 'left' }[intent];
  return { method: 'POST', path: `/api/workflow/${path}`, body };
}

export function isStartIntent(wish: { intent: string }): wish is StartIntent {
  return wish.intent === 'start-phase' || wish.intent === 'cancel-phase' || wish.intent === 'left-phase';
}
