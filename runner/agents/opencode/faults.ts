import type { AgentEnd } from '../agent.ts';
import { type EndState, endFailed, endMachineFault, endProviderFault } from '../agent-end.ts';
import type { WireError } from './wire.ts';

/** A wait longer than this is not sat out in the agent: the work is parked. */
export const LONGEST_RETRY_MS = 30_000;
/** 2, 4, 8, 16, 32 s: the fifth wait is the first above the longest. */
const DOUBLED_OFTEN = 5;
const LIMIT_MS = 60_000;
const DOWN_MS = 30_000;

/** Whose fault an error of the session was. A fault of the provider never spends an attempt. */
export function endOfError(state: EndState, error: WireError): AgentEnd {
  const message = error.data.message ?? error.name;
  const status = error.data.statusCode;
  if (status === 401 || status === 403 || error.name === 'ProviderAuthError')
    return endProviderFault(state, { code: 'PROVIDER_AUTH', message: `The provider refused the key: ${message}`, retryAfterMs: null });
  if (status === 429) return endProviderFault(state, { code: 'PROVIDER_LIMIT', message, retryAfterMs: retryAfter(error) ?? LIMIT_MS });
  if (/ModelNotFound/i.test(error.name) || /model not found/i.test(message) || status === 404)
    return endMachineFault(state, 'CONFIGURATION_INVALID', `The model cannot be used: ${message}`);
  if (error.name === 'MessageOutputLengthError' || error.name === 'ContextOverflowError')
    return endFailed(state, 'AGENT_GARBAGE', `The model's answer or its context was too long: ${message}`);
  if (status === undefined ? isTransport(error, message) : status >= 500 || status === 408)
    return endProviderFault(state, { code: 'PROVIDER_DOWN', message: `The provider failed: ${message}`, retryAfterMs: DOWN_MS });
  return endFailed(state, 'AGENT_CRASHED', message);
}

/**
 * A wait too long for a task to sit out: the provider's own wish (a limit), or the end of opencode's doubling waits,
 * which says only that it failed again and again. The message is all that opencode tells of the failure.
 */
export function endOfLongWait(state: EndState, retry: { message: string; waitMs: number; attempt: number }): AgentEnd {
  const limited = retry.attempt < DOUBLED_OFTEN || /rate|limit|quota|too many|429/i.test(retry.message);
  return endProviderFault(state, {
    code: limited ? 'PROVIDER_LIMIT' : 'PROVIDER_DOWN',
    message: retry.message,
    retryAfterMs: retry.waitMs,
  });
}

function retryAfter(error: WireError): number | null {
  const seconds = Number(error.data.responseHeaders?.['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}

function isTransport(error: WireError, message: string): boolean {
  return (
    error.name === 'APIError' ||
    /connect|socket|network|fetch failed|terminated|ECONN|timed? ?out|closed|stream|overloaded|unavailable/i.test(message)
  );
}
