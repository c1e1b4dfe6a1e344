import type { Usage } from '@specwright/protocol/usage.ts';
import { z } from 'zod';
import type { Price } from '../../configuration/tool-configuration.ts';
import { tailAtWord } from '../../masking/tail-at-word.ts';
import type { AgentEvent } from '../agent.ts';
import { cleanText } from '../clean-output.ts';
import { costOf } from '../prices.ts';
import { partSchema, questionRequestSchema, type WireError, type WirePart, type WireQuestion, wireErrorSchema } from './wire.ts';

/** What an event of the server means for one task. */
export type Meaning =
  | { kind: 'event'; event: AgentEvent }
  | { kind: 'idle' }
  | { kind: 'retry'; message: string; waitMs: number; attempt: number }
  | { kind: 'error'; error: WireError }
  | { kind: 'permission'; requestId: string }
  | { kind: 'question'; request: WireQuestion };

const eventSchema = z.looseObject({ type: z.string(), properties: z.looseObject({ sessionID: z.string().optional() }).default({}) });
const deltaSchema = z.looseObject({ messageID: z.string().default(''), partID: z.string(), field: z.string(), delta: z.string() });
const statusSchema = z.looseObject({
  status: z.looseObject({ type: z.string(), attempt: z.number().optional(), message: z.string().optional(), next: z.number().optional() }),
});

const SHOWN_INPUT = 4000;
const SHOWN_OUTPUT = 8000;

/** Follows one session: drops what concerns others, tells each change of a tool once, sums up the steps' usage. */
export class SessionReader {
  readonly #sessionId: string;
  readonly #price: Price | 'plan' | null;
  readonly #now: () => number;
  readonly #roles = new Map<string, 'text' | 'thought'>();
  readonly #told = new Map<string, string>();
  readonly #ended = new Set<string>();
  readonly #steps = new Map<string, { usage: Usage; cost: number | null }>();
  readonly #ignored: Set<string>;
  #text = '';

  /** @param ignored ids of messages that were there before this task. @param now Unix milliseconds, as the server's clock. */
  constructor(options: { sessionId: string; price: Price | 'plan' | null; ignored: Iterable<string>; now: () => number }) {
    this.#sessionId = options.sessionId;
    this.#price = options.price;
    this.#ignored = new Set(options.ignored);
    this.#now = options.now;
  }

  /** The agent's last whole text. */
  get text(): string {
    return this.#text;
  }

  get usage(): Usage {
    let cost: number | null = this.#price === 'plan' ? null : 0;
    const sum = { inputTokens: 0, outputTokens: 0, cachedTokens: 0, steps: 0 };
    for (const step of this.#steps.values()) {
      sum.inputTokens += step.usage.inputTokens;
      sum.outputTokens += step.usage.outputTokens;
      sum.cachedTokens += step.usage.cachedTokens;
      sum.steps += 1;
      cost = cost === null || step.cost === null ? null : cost + step.cost;
    }
    return { ...sum, costMicros: cost === null ? null : Math.round(cost) };
  }

  read(raw: unknown): Meaning[] {
    const { type, properties } = eventSchema.parse(raw);
    if (properties.sessionID !== this.#sessionId && !(type === 'message.part.updated' && this.#isOurs(properties.part))) return [];
    if (type === 'message.part.updated') return this.readPart(partSchema.parse(properties.part));
    if (type === 'message.part.delta') return this.#readDelta(deltaSchema.parse(properties));
    if (type === 'session.status') return this.#readStatus(statusSchema.parse(properties).status);
    if (type === 'session.idle') return [{ kind: 'idle' }];
    if (type === 'session.error') return [{ kind: 'error', error: wireErrorSchema.parse(properties.error ?? {}) }];
    if (type === 'permission.asked') return [{ kind: 'permission', requestId: String(properties.id) }];
    if (type === 'question.asked') return [{ kind: 'question', request: questionRequestSchema.parse(properties) }];
    return [];
  }

  /** A part as it stands, from an event or re-read after a lost connection; reading one twice tells nothing twice. */
  readPart(part: WirePart): Meaning[] {
    if (this.#ignored.has(part.messageID)) return [];
    if (part.type === 'text' || part.type === 'reasoning') return this.#readText(part);
    if (part.type === 'tool') return this.#readTool(part);
    if (part.type === 'step-finish') return this.#readStep(part);
    return [];
  }

  /** Marks the user's own message: its text is the prompt, which comes as a part like any other. */
  ignore(messageId: string): void {
    this.#ignored.add(messageId);
  }

  #isOurs(part: unknown): boolean {
    return (part as { sessionID?: string } | undefined)?.sessionID === this.#sessionId;
  }

  #readText(part: WirePart): Meaning[] {
    const role = part.type === 'text' ? 'text' : 'thought';
    this.#roles.set(part.id, role);
    if (part.time?.end === undefined || this.#ended.has(part.id)) return [];
    this.#ended.add(part.id);
    const text = part.text ?? '';
    if (role === 'text' && text.trim() !== '') this.#text = text;
    return [{ kind: 'event', event: { kind: 'part_ended', part: part.id, role, text } }];
  }

  #readDelta(delta: z.infer<typeof deltaSchema>): Meaning[] {
    if (delta.field !== 'text' || this.#ignored.has(delta.messageID) || this.#ended.has(delta.partID)) return [];
    const role = this.#roles.get(delta.partID) ?? 'text';
    return [{ kind: 'event', event: { kind: 'text', part: delta.partID, role, delta: delta.delta } }];
  }

  #readTool(part: WirePart): Meaning[] {
    const { state } = part;
    if (state === undefined) return [];
    const status = state.status === 'error' ? 'failed' : (state.status as 'pending' | 'running' | 'completed');
    const output = tailAtWord(cleanText(state.output ?? state.error ?? state.metadata?.output ?? ''), SHOWN_OUTPUT);
    const input = showInput(part.tool ?? '', state.input).slice(0, SHOWN_INPUT);
    const told = `${status}\n${input}\n${output}`;
    const callId = part.callID ?? part.id;
    if (this.#told.get(callId) === told) return [];
    this.#told.set(callId, told);
    const event: AgentEvent = { kind: 'tool', callId, tool: part.tool ?? 'tool', status, title: state.title ?? '', input, output };
    return [{ kind: 'event', event }];
  }

  #readStep(part: WirePart): Meaning[] {
    if (this.#steps.has(part.id)) return [];
    const tokens = part.tokens ?? { input: 0, output: 0, reasoning: 0, cache: { read: 0, write: 0 } };
    const output = tokens.output + tokens.reasoning;
    const usage = {
      inputTokens: tokens.input + tokens.cache.write,
      outputTokens: output,
      cachedTokens: tokens.cache.read,
      steps: 1,
      costMicros: null,
    };
    this.#steps.set(part.id, { usage, cost: this.#costOfStep(part, output) });
    return [{ kind: 'event', event: { kind: 'usage', usage: this.usage } }];
  }

  /** Our table first; opencode's own catalogue where we have no price and it has one. */
  #costOfStep(part: WirePart, output: number): number | null {
    if (this.#price === 'plan') return null;
    const { input, cache } = part.tokens ?? { input: 0, cache: { read: 0, write: 0 } };
    if (this.#price !== null) return costOf({ input, output, cacheRead: cache.read, cacheWrite: cache.write }, this.#price);
    return part.cost === undefined || part.cost === 0 ? null : part.cost * 1_000_000;
  }

  #readStatus(status: z.infer<typeof statusSchema>['status']): Meaning[] {
    if (status.type === 'idle') return [{ kind: 'idle' }];
    if (status.type !== 'retry') return [];
    const waitMs = Math.max(0, (status.next ?? this.#now()) - this.#now());
    return [{ kind: 'retry', message: status.message ?? 'The provider failed', waitMs, attempt: status.attempt ?? 1 }];
  }
}

/** A shell command as it is, a single path as it is, anything else as JSON. */
function showInput(tool: string, input: unknown): string {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  if (tool === 'bash' && typeof fields.command === 'string') return fields.command;
  const names = Object.keys(fields);
  const only = names.length === 1 ? fields[names[0] ?? ''] : undefined;
  if (typeof only === 'string') return only;
  return names.length === 0 ? '' : JSON.stringify(input);
}
