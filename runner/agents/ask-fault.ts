import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import type { AgentEnd } from './agent.ts';

/** Why a typed call has no value. */
export const ASK_FAULTS = [
  /** The deadline passed, or nothing was heard for too long. */
  'TIMEOUT',
  /** What was answered does not fit the schema, also when asked again. */
  'INVALID_OUTPUT',
  /** The budget of the call: money, tokens or turns. */
  'OVER_BUDGET',
  /** The program is not on this machine, or is configured wrongly. */
  'AGENT_MISSING',
  'AGENT_CRASHED',
  /** The model would not do it. */
  'REFUSED',
  /** The provider's: a wrong key, a limit, an outage. `end.retryAfterMs` says when to try again. */
  'PROVIDER',
  /** The signal was aborted. */
  'STOPPED',
] as const;
export type AskFault = (typeof ASK_FAULTS)[number];

const OF_CODE: Partial<Record<FailureCode, AskFault>> = {
  AGENT_TIMEOUT: 'TIMEOUT',
  AGENT_SILENT: 'TIMEOUT',
  AGENT_GARBAGE: 'INVALID_OUTPUT',
  AGENT_FLOODED: 'INVALID_OUTPUT',
  REVIEW_INVALID: 'INVALID_OUTPUT',
  AGENT_STEP_LIMIT: 'OVER_BUDGET',
  AGENT_MISSING: 'AGENT_MISSING',
  CONFIGURATION_INVALID: 'AGENT_MISSING',
  AGENT_REFUSED: 'REFUSED',
};

export function faultOf(end: AgentEnd): AskFault {
  if (end.status === 'aborted') return 'STOPPED';
  if (end.status === 'over_budget') return 'OVER_BUDGET';
  if (end.status === 'provider_fault') return 'PROVIDER';
  return (end.code !== null && OF_CODE[end.code]) || 'AGENT_CRASHED';
}

/** Another model can help where this one's provider fails, is limited, or does not have it. A wrong key stays wrong. */
export function mayFallBack(end: AgentEnd): boolean {
  if (end.status === 'provider_fault') return end.code !== 'PROVIDER_AUTH';
  return end.code === 'CONFIGURATION_INVALID';
}
