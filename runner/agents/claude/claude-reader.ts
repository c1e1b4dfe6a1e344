import type { Usage } from '@specwright/protocol/usage.ts';
import type { Price } from '../../configuration/tool-configuration.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import type { AgentEvent } from '../agent.ts';
import { cleanText } from '../clean-output.ts';
import { costOf } from '../prices.ts';
import type { ClaudeBlock, ClaudeResult, ClaudeTokens, StreamMessage } from './stream-message.ts';

const SHOWN_INPUT = 4000;
const SHOWN_OUTPUT = 8000;
/** The model of messages that claude makes itself, to tell an error: the end tells it too. */
const SYNTHETIC = '<synthetic>';

type StreamEvent = Extract<StreamMessage, { type: 'stream_event' }>['event'];

interface Turn {
  tokens: ClaudeTokens;
  answered: boolean;
}

interface BlockPlace {
  message: string;
  index: number;
}

/** Follows the messages of one call of `claude` and tells them as events; sums up the usage of its model turns. */
export class ClaudeReader {
  readonly #tell: (event: AgentEvent) => void;
  readonly #price: Price | 'plan' | null;
  readonly #turns = new Map<string, Turn>();
  readonly #calls = new Map<string, { tool: string; input: string }>();
  #streaming = '';
  #block = 0;
  sessionId: string | null = null;
  text = '';
  result: ClaudeResult | null = null;
  /** The status of an API error that no retry can mend. */
  refusedStatus: number | null = null;
  /** When a plan that is used up begins again, in ms since 1970; null: nothing was said of it. */
  limitEndsAt: number | null = null;

  constructor(tell: (event: AgentEvent) => void, price: Price | 'plan' | null) {
    this.#tell = tell;
    this.#price = price;
  }

  read(message: StreamMessage): void {
    if (message.type === 'system') this.#readSystem(message);
    else if (message.type === 'stream_event') this.#readStream(message.event);
    else if (message.type === 'result') this.#readResult(message);
    else if (message.type === 'rate_limit_event') this.#readLimit(message.rate_limit_info);
    else this.#readMessage(message);
  }

  #readResult(result: ClaudeResult): void {
    this.result = result;
    this.#session(result.session_id);
    this.#tell({ kind: 'usage', usage: this.usage });
  }

  #readLimit({ status, resetsAt }: { status: string; resetsAt?: number | null }): void {
    if (status === 'rejected') this.limitEndsAt = resetsAt ? resetsAt * 1000 : null;
  }

  #readMessage(message: Extract<StreamMessage, { type: 'assistant' | 'user' }>): void {
    this.#session(message.session_id);
    const { id, model, content, usage } = message.message;
    if (model === SYNTHETIC) return;
    // A streamed message comes block by block, each while it is the one that streams.
    const first = id === this.#streaming ? this.#block : 0;
    for (const [index, block] of content.entries()) this.#readBlock(block, { message: id, index: first + index });
    if (message.type !== 'assistant' || !usage) return;
    this.#count(id, this.#turns.get(id)?.tokens ?? usage, true);
  }

  /** @param answered false: the answer has begun; a connection that is lost then costs what was read, and is no turn. */
  #count(id: string, tokens: ClaudeTokens, answered: boolean): void {
    this.#turns.set(id, { tokens, answered });
    this.#tell({ kind: 'usage', usage: this.usage });
  }

  get usage(): Usage {
    const sum = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, steps: 0 };
    let cost = 0;
    for (const { tokens, answered } of this.#turns.values()) {
      const counted = countOf(tokens);
      sum.steps += answered ? 1 : 0;
      sum.inputTokens += counted.input + counted.cacheWrite;
      sum.outputTokens += counted.output;
      sum.cachedTokens += counted.cacheRead;
      if (this.#price !== null && this.#price !== 'plan') cost += costOf(counted, this.#price);
    }
    return { ...sum, costMicros: this.#costMicros(cost) };
  }

  /**
   * Our own price where we have one: claude prices other makers' models as its own dearest. Else what claude says, for
   * this call alone: `total_cost_usd` also counts what a resumed session cost before. null until it says so.
   */
  #costMicros(ours: number): number | null {
    if (this.#price === 'plan') return null;
    if (this.#price !== null) return Math.round(ours);
    if (this.result === null) return null;
    const parts = this.result.model_usage_since_last_result;
    const dollars = parts ? Object.values(parts).reduce((all, part) => all + part.costUSD, 0) : this.result.total_cost_usd;
    return Math.round(dollars * 1_000_000);
  }

  #session(id: string | undefined): void {
    if (id === undefined || this.sessionId === id) return;
    this.sessionId = id;
    this.#tell({ kind: 'session', sessionId: id });
  }

  #readSystem(message: Extract<StreamMessage, { type: 'system' }>): void {
    this.#session(message.session_id);
    if (message.subtype !== 'api_retry') return;
    const status = message.error_status ?? null;
    if (status === 401 || status === 403) this.refusedStatus = status;
    this.#tell({ kind: 'retry', reason: `The provider answered ${status ?? 'with an error'}`, waitMs: message.retry_delay_ms ?? null });
  }

  #readStream(event: StreamEvent): void {
    if (event.type === 'message_start') {
      this.#streaming = event.message?.id ?? '';
      if (event.message?.usage) this.#count(this.#streaming, event.message.usage, false);
    }
    if (event.type === 'content_block_start') this.#block = event.index ?? 0;
    if (event.type === 'content_block_delta') this.#readDelta(event);
    const begun = this.#turns.get(this.#streaming)?.tokens;
    if (event.type === 'message_delta' && begun && event.usage?.output_tokens !== undefined)
      this.#count(this.#streaming, { ...begun, output_tokens: event.usage.output_tokens }, true);
  }

  #readDelta(event: StreamEvent): void {
    const delta = event.delta?.text ?? event.delta?.thinking;
    if (delta === undefined) return;
    const role = event.delta?.thinking === undefined ? 'text' : 'thought';
    this.#tell({ kind: 'text', part: partOf({ message: this.#streaming, index: event.index ?? 0 }, role), role, delta });
  }

  #readBlock(block: ClaudeBlock, place: BlockPlace): void {
    if (block.type === 'text' && block.text) {
      this.text = block.text;
      this.#tell({ kind: 'part_ended', part: partOf(place, 'text'), role: 'text', text: block.text });
    }
    if (block.type === 'thinking' && block.thinking) {
      this.#tell({ kind: 'part_ended', part: partOf(place, 'thought'), role: 'thought', text: block.thinking });
    }
    if (block.type === 'tool_use' && block.id) this.#beginCall(block, block.id);
    if (block.type === 'tool_result' && block.tool_use_id) this.#endCall(block, block.tool_use_id);
  }

  #beginCall(block: ClaudeBlock, callId: string): void {
    const call = { tool: (block.name ?? 'tool').toLowerCase(), input: showInput(block.input).slice(0, SHOWN_INPUT) };
    this.#calls.set(callId, call);
    this.#tell({ kind: 'tool', callId, ...call, status: 'running', title: '', output: '' });
  }

  #endCall(block: ClaudeBlock, callId: string): void {
    const call = this.#calls.get(callId) ?? { tool: 'tool', input: '' };
    const output = tailAtWord(cleanText(contentText(block.content)), SHOWN_OUTPUT);
    this.#tell({ kind: 'tool', callId, ...call, status: block.is_error ? 'failed' : 'completed', title: '', output });
  }
}

function partOf(place: BlockPlace, role: 'text' | 'thought'): string {
  return `${place.message}.${role}.${place.index}`;
}

function countOf(tokens: ClaudeTokens) {
  return {
    input: tokens.input_tokens,
    output: tokens.output_tokens,
    cacheRead: tokens.cache_read_input_tokens ?? 0,
    cacheWrite: tokens.cache_creation_input_tokens ?? 0,
  };
}

function showInput(input: unknown): string {
  const fields = (input ?? {}) as Record<string, unknown>;
  return typeof fields.command === 'string' ? fields.command : JSON.stringify(input ?? {});
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('\n');
}
