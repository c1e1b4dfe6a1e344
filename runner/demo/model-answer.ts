import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ScriptCall, ScriptStep } from './script.ts';

export interface AnswerOptions {
  model: string;
  stream: boolean;
  /** Milliseconds between two words. */
  paceMs: number;
  requestBytes: number;
}

type Delta = Record<string, unknown>;
type ToolCall = { index: number; id: string; type: 'function'; function: { name: string; arguments: string } };

const ARGUMENT_PIECE = 40;
/** A whole file written at the pace of words would take a minute: arguments come at most in so many pieces. */
const MOST_PIECES = 25;

/** Writes one answer in the form of OpenAI's chat completions, streamed or whole. */
export async function writeAnswer(response: ServerResponse, step: ScriptStep, options: AnswerOptions): Promise<void> {
  const base = { id: `chatcmpl-${randomBytes(6).toString('hex')}`, created: Math.floor(Date.now() / 1000), model: options.model };
  const calls = (step.calls ?? []).map(toToolCall);
  const usage = countUsage(step, options.requestBytes);
  const finish = calls.length > 0 ? 'tool_calls' : 'stop';
  if (!options.stream) {
    const message = { role: 'assistant', content: step.text ?? null, ...(calls.length > 0 && { tool_calls: calls }) };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...base, object: 'chat.completion', usage, choices: [{ index: 0, finish_reason: finish, message }] }));
    return;
  }
  beginStream(response);
  const send = (rest: object) => writeEvent(response, { ...base, object: 'chat.completion.chunk', ...rest });
  const sendDelta = (delta: Delta, reason: string | null = null) => send({ choices: [{ index: 0, delta, finish_reason: reason }] });
  sendDelta({ role: 'assistant', content: '' });
  for await (const delta of deltasOf(step, calls, options.paceMs)) {
    if (response.destroyed) return;
    sendDelta(delta);
  }
  sendDelta({}, finish);
  send({ choices: [], usage });
  if (!response.destroyed) response.end('data: [DONE]\n\n');
}

export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
}

export function writeEvent(response: ServerResponse, event: object): void {
  if (!response.destroyed) response.write(`data: ${JSON.stringify(event)}\n\n`);
}

async function* deltasOf(step: ScriptStep, calls: ToolCall[], paceMs: number): AsyncGenerator<Delta> {
  for (const word of wordsOf(step.thought)) yield* paced({ reasoning_content: word }, paceMs);
  for (const word of wordsOf(step.text)) yield* paced({ content: word }, paceMs);
  for (const call of calls) {
    yield { tool_calls: [{ ...call, function: { name: call.function.name, arguments: '' } }] };
    for (const piece of piecesOf(call.function.arguments)) {
      yield* paced({ tool_calls: [{ index: call.index, function: { arguments: piece } }] }, paceMs);
    }
  }
}

async function* paced(delta: Delta, paceMs: number): AsyncGenerator<Delta> {
  yield delta;
  if (paceMs > 0) await wait(paceMs);
}

function wordsOf(text: string | undefined): string[] {
  return text?.match(/\S+\s*|^\s+/g) ?? [];
}

function piecesOf(text: string): string[] {
  const size = Math.max(ARGUMENT_PIECE, Math.ceil(text.length / MOST_PIECES));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

function toToolCall(call: ScriptCall, index: number): ToolCall {
  const id = `call_${randomBytes(8).toString('hex')}`;
  return { index, id, type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } };
}

/** From real sizes, four bytes a token, so that what is shown as cost follows the work. */
function countUsage(step: ScriptStep, requestBytes: number) {
  const prompt_tokens = Math.ceil(requestBytes / 4);
  const completion_tokens = Math.ceil(JSON.stringify(step).length / 4);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
