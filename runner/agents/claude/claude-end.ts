import { tailAtWord } from '../../masking/tail-at-word.ts';
import type { ProcessExit } from '../../process/marked-process.ts';
import type { AgentEnd, AgentTask } from '../agent.ts';
import { type EndState, endFailed, endMachineFault, endOk, endProviderFault } from '../agent-end.ts';
import type { ClaudeResult } from './stream-message.ts';

const LIMIT_MS = 60_000;
const DOWN_MS = 30_000;
const AUTH = /\/login|invalid api key|not logged in|credit balance/i;

/**
 * How a call that ended by itself ended. `is_error` tells, not the subtype: an API error is a "success" with is_error.
 * @param limitMs how long a plan that is used up rests; null: nothing was said of it.
 */
export function endOfResult(state: EndState, result: ClaudeResult, task: AgentTask, limitMs: number | null): AgentEnd {
  const message = (result.errors ?? []).join(' ') || result.result || result.subtype;
  if (result.subtype === 'error_max_budget_usd') return { ...state, status: 'over_budget', code: null, message, retryAfterMs: null };
  if (result.subtype === 'error_max_turns') return endFailed(state, 'AGENT_STEP_LIMIT', message);
  if (result.subtype === 'error_max_structured_output_retries') return endFailed(state, 'REVIEW_INVALID', message);
  const status = result.api_error_status ?? null;
  // A connection that was lost has no status.
  if (result.terminal_reason === 'api_error' && status === null && !AUTH.test(message)) return endOfApiError(state, 503, message);
  if (result.is_error || result.subtype !== 'success') return endOfApiError(state, status, message, limitMs);
  if (task.schema === undefined) return endOk({ ...state, text: result.result ?? state.text });
  if (result.structured_output === undefined)
    return endFailed(state, 'REVIEW_INVALID', 'claude ended without the structured answer it was asked for.');
  return endOk({ ...state, text: JSON.stringify(result.structured_output) });
}

export function endOfApiError(state: EndState, status: number | null, message: string, limitMs: number | null = null): AgentEnd {
  if (status === 401 || status === 403 || AUTH.test(message))
    return endProviderFault(state, {
      code: 'PROVIDER_AUTH',
      message: `claude is not signed in, or its key cannot be used: ${message}`,
      retryAfterMs: null,
    });
  if (status === 429 || /usage limit|rate limit|hit your .*limit/i.test(message))
    return endProviderFault(state, { code: 'PROVIDER_LIMIT', message, retryAfterMs: limitMs ?? LIMIT_MS });
  if (status === 404) return endMachineFault(state, 'CONFIGURATION_INVALID', `The model cannot be used: ${message}`);
  if (status !== null && status >= 500) return endProviderFault(state, { code: 'PROVIDER_DOWN', message, retryAfterMs: DOWN_MS });
  return endFailed(state, 'AGENT_CRASHED', message);
}

/** The session that was to be gone on in is not on this machine any more. */
export function isLost(end: AgentEnd): boolean {
  return end.status === 'failed' && end.usage.steps === 0 && /no conversation found/i.test(end.message);
}

/** The process ended without a result. */
export function endOfExit(state: EndState, exit: ProcessExit, errors: string): AgentEnd {
  if (exit.spawnError !== null) return endMachineFault(state, 'AGENT_MISSING', `claude could not be started (${exit.spawnError}).`);
  const how = exit.signal === null ? `exit code ${exit.code}` : `signal ${exit.signal}`;
  const said = tailAtWord(errors.trim(), 500);
  if (AUTH.test(said)) return endOfApiError(state, 401, said);
  return endFailed(
    state,
    exit.code === 0 ? 'AGENT_GARBAGE' : 'AGENT_CRASHED',
    `claude ended with ${how} and without a result. ${said}`.trim(),
  );
}
