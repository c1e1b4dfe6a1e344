import type { FailureCode } from '@specwright/protocol/runner-fact.ts';
import { NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import type { AgentEnd } from './agent.ts';
import type { Trip } from './watch-limits.ts';

/** What was known of a task when it ended. */
export interface EndState {
  text: string;
  sessionId: string | null;
  begun?: AgentEnd['begun'];
  usage: Usage;
}

export const NOTHING_DONE: EndState = { text: '', sessionId: null, usage: NO_USAGE };

export function endOk(state: EndState): AgentEnd {
  return { ...state, status: 'ok', code: null, message: '', retryAfterMs: null };
}

export function endAborted(state: EndState): AgentEnd {
  return { ...state, status: 'aborted', code: null, message: 'Stopped.', retryAfterMs: null };
}

export function endTripped(state: EndState, trip: Trip): AgentEnd {
  return { ...state, ...trip, retryAfterMs: null };
}

export function endFailed(state: EndState, code: FailureCode, message: string): AgentEnd {
  return { ...state, status: 'failed', code, message, retryAfterMs: null };
}

/** The machine's fault: it never spends an attempt. A person must act. */
export function endMachineFault(state: EndState, code: FailureCode, message: string): AgentEnd {
  return { ...state, status: 'runner_fault', code, message, retryAfterMs: null };
}

/** @param retryAfterMs null: a person must act (a wrong key). */
export function endProviderFault(state: EndState, fault: { code: FailureCode; message: string; retryAfterMs: number | null }): AgentEnd {
  return { ...state, ...fault, status: 'provider_fault' };
}
