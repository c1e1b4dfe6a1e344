import { RequestError } from '@agentclientprotocol/sdk/unstable';
import type { AgentEnd } from '../agent.ts';
import { type EndState, endFailed, endMachineFault, endOk, endProviderFault } from '../agent-end.ts';
import { NotStarted } from './acp-process.ts';
import { NotOffered } from './acp-session.ts';

const AUTH_REQUIRED = -32000;
const LIMIT_MS = 60_000;
const DOWN_MS = 30_000;

/** The prompt was answered. */
export function endOfPrompt(state: EndState, stopReason: string): AgentEnd {
  if (stopReason === 'end_turn') return endOk(state);
  if (stopReason === 'max_tokens') return endFailed(state, 'AGENT_GARBAGE', "The model's answer was cut at its longest length.");
  if (stopReason === 'max_turn_requests')
    return endFailed(state, 'AGENT_STEP_LIMIT', 'The agent reached the model turns that it allows itself.');
  if (stopReason === 'refusal') return endFailed(state, 'AGENT_REFUSED', 'The model refused to go on.');
  return endFailed(state, 'AGENT_CRASHED', `The agent ended its turn without an answer (${stopReason}).`);
}

/** Something was thrown: by the agent's process, by what was configured, or by the agent as an answer. */
export function endOfError(state: EndState, error: unknown, signIn: string[]): AgentEnd {
  if (error instanceof NotStarted) {
    if (error.kind === 'missing') return endMachineFault(state, 'AGENT_MISSING', error.message);
    return endFailed(state, error.kind === 'garbage' ? 'AGENT_GARBAGE' : 'AGENT_CRASHED', error.message);
  }
  if (error instanceof NotOffered) return endMachineFault(state, 'CONFIGURATION_INVALID', error.message);
  if (error instanceof RequestError) return endOfRefusal(state, error, signIn);
  return endFailed(state, 'AGENT_CRASHED', error instanceof Error ? error.message : String(error));
}

/** Agents put what their provider said into the message or the data of an error, each in its own way: the words tell. */
function endOfRefusal(state: EndState, error: RequestError, signIn: string[]): AgentEnd {
  const message = messageOf(error);
  if (error.code === AUTH_REQUIRED || /\b(401|403)\b|api.?key|unauthorized|not (logged|signed) in|authenticat/i.test(message)) {
    const ways = error.code === AUTH_REQUIRED && signIn.length > 0 ? ` It knows: ${signIn.join(', ')}.` : '';
    return endProviderFault(state, {
      code: 'PROVIDER_AUTH',
      message: `The agent is not signed in, or its key cannot be used: ${message}.${ways}`,
      retryAfterMs: null,
    });
  }
  if (/\b429\b|rate.?limit|quota|too many requests|usage limit/i.test(message))
    return endProviderFault(state, { code: 'PROVIDER_LIMIT', message, retryAfterMs: LIMIT_MS });
  if (/model.{0,20}not (found|exist|supported)|unknown model|\b404\b/i.test(message))
    return endMachineFault(state, 'CONFIGURATION_INVALID', `The model cannot be used: ${message}`);
  if (/\b(408|5\d\d)\b|overloaded|unavailable|ECONN|fetch failed|socket|network|connection|timed? ?out/i.test(message))
    return endProviderFault(state, { code: 'PROVIDER_DOWN', message: `The provider failed: ${message}`, retryAfterMs: DOWN_MS });
  return endFailed(state, 'AGENT_CRASHED', message);
}

function messageOf({ message, data }: RequestError): string {
  const details = typeof data === 'object' && data !== null ? (data as { details?: unknown; message?: unknown }) : {};
  const more = details.details ?? details.message ?? (typeof data === 'string' ? data : undefined);
  return typeof more === 'string' && !message.includes(more) ? `${message}: ${more}` : message;
}
