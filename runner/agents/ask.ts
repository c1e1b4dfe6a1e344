import { addUsage, NO_USAGE, type Usage } from '@specwright/protocol/usage.ts';
import { z } from 'zod';
import type { Agent, AgentEnd, AgentLimits, AgentTask } from './agent.ts';
import { type AskFault, faultOf, mayFallBack } from './ask-fault.ts';
import { findJson } from './find-json.ts';
import { type Clock, machineClock } from './watch-limits.ts';

export interface AskOptions {
  agent: Agent;
  /** Names the session to people and in logs. */
  jobId: string;
  signal: AbortSignal;
  /** Default: a reader, whose tools are Read, Grep and Glob. An executor may change files. */
  role?: AgentTask['role'];
  /** Go on in this session, or with `fork` in a copy of it. Where that cannot be, a new one begins with `wholePrompt`. */
  sessionId?: string | null;
  fork?: boolean;
  /** The question with all that the session knew, for a new session. Default: the prompt. */
  wholePrompt?: string;
  /** Default: the agent's own. */
  model?: string | null;
  /** Asked where the model's provider fails, is limited or does not have it. */
  fallbackModel?: string | null;
  /** Of the whole call, all its askings together; what is left out has a default. */
  limits?: Partial<AgentLimits>;
  onEvent?: AgentTask['onEvent'];
  clock?: Clock;
}

export interface Asked {
  sessionId: string | null;
  /** `new` where a session was to be gone on in: it was lost, or the agent cannot. */
  begun: NonNullable<AgentEnd['begun']>;
  /** All askings together; `costMicros` is null where nobody knows the price. */
  usage: Usage;
  durationMs: number;
  /** The one that was asked for last; null: the agent's own choice. */
  model: string | null;
}

export type Answer<T> = Asked & ({ ok: true; value: T } | { ok: false; code: AskFault; message: string; end: AgentEnd });

/** Turns, half an hour, five minutes of silence, 20 MiB: bounds against endless loops. Money and tokens have none of their own. */
export const ASK_LIMITS: AgentLimits = {
  steps: 40,
  costMicros: null,
  tokens: null,
  silentMs: 300_000,
  deadlineMs: 1_800_000,
  outputBytes: 20 * 1024 * 1024,
};

const ASKINGS = 2;

/**
 * Asks an agent for a value of a schema. An answer that does not fit is asked for once more in the same session, with
 * the validation error. Never throws: what went wrong is in `code`, one for each kind of fault.
 */
export async function ask<T>(schema: z.ZodType<T>, prompt: string, options: AskOptions): Promise<Answer<T>> {
  // Draft 7: newer drafts are refused by some tools.
  const { $schema: _, ...shape } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const call = new Call(options, shape);
  const how = howToAnswer(shape);
  const whole = `${options.wholePrompt ?? prompt}\n\n${how}`;
  let end = await call.run({ prompt: `${prompt}\n\n${how}`, whole, sessionId: options.sessionId ?? null, fork: options.fork ?? false });
  for (let asked = 1; ; asked++) {
    const usable = end.status === 'ok' || end.code === 'REVIEW_INVALID';
    if (!usable) return call.failed(end, faultOf(end), end.message);
    const read: Read<T> = end.status === 'ok' ? readAnswer(schema, end.text) : { ok: false, problem: end.message };
    if (read.ok) return { ...call.asked(end), ok: true, value: read.value };
    if (asked === ASKINGS)
      return call.failed(end, 'INVALID_OUTPUT', `The answer did not fit after ${asked} askings: ${cut(read.problem, 500)}`);
    const again = `Your last answer could not be used:\n${cut(read.problem, 2000)}\nAnswer again, with the JSON alone.`;
    const wholeAgain = `${whole}\n\n${again}`;
    // Agents that keep no session are asked the whole question.
    end = await call.run({ prompt: end.sessionId === null ? wholeAgain : again, whole: wholeAgain, sessionId: end.sessionId, fork: false });
  }
}

interface Asking {
  prompt: string;
  whole: string;
  sessionId: string | null;
  fork: boolean;
}

/** One typed call: what its askings have spent together, and which model they are put to. */
class Call {
  readonly #options: AskOptions;
  readonly #schema: Record<string, unknown>;
  readonly #clock: Clock;
  readonly #begunAt: number;
  readonly #limits: AgentLimits;
  #spent: Usage = NO_USAGE;
  #begun: AgentEnd['begun'];
  #model: string | null;

  constructor(options: AskOptions, schema: Record<string, unknown>) {
    this.#options = options;
    this.#schema = schema;
    this.#clock = options.clock ?? machineClock;
    this.#begunAt = this.#clock.now();
    this.#limits = { ...ASK_LIMITS, ...options.limits };
    this.#model = options.model ?? null;
  }

  /** One asking; with the other model where the first one's provider fails. */
  async run(asking: Asking): Promise<AgentEnd> {
    const end = await this.#runOnce(asking);
    const { fallbackModel } = this.#options;
    if (!fallbackModel || fallbackModel === this.#model || !mayFallBack(end)) return end;
    this.#model = fallbackModel;
    return this.#runOnce(asking);
  }

  async #runOnce({ prompt, whole, sessionId, fork }: Asking): Promise<AgentEnd> {
    const { agent, jobId, signal, role = 'reader', fallbackModel } = this.#options;
    const limits = this.#left();
    const spentOut = limits.costMicros === 0 || limits.tokens === 0;
    if (this.#spent !== NO_USAGE && spentOut) return { ...OVER, sessionId, usage: this.#spent };
    const before = this.#spent;
    const onEvent: AgentTask['onEvent'] = (event) =>
      this.#options.onEvent?.(event.kind === 'usage' ? { kind: 'usage', usage: plus(before, event.usage) } : event);
    const end = await agent.run({
      ...{ jobId, role, prompt, wholePrompt: whole, sessionId, fork, schema: this.#schema, limits, signal, onEvent },
      ...(this.#model !== null && { model: this.#model }),
      ...(fallbackModel && { fallbackModel }),
    });
    this.#spent = plus(before, end.usage);
    this.#begun ??= end.begun;
    return { ...end, usage: this.#spent };
  }

  /** Each asking may use what the ones before it left. */
  #left(): AgentLimits {
    const { costMicros, tokens, deadlineMs, steps } = this.#limits;
    const spent = this.#spent;
    return {
      ...this.#limits,
      steps: Math.max(1, steps - spent.steps),
      costMicros: costMicros === null ? null : Math.max(0, costMicros - (spent.costMicros ?? 0)),
      tokens: tokens === null ? null : Math.max(0, tokens - spent.inputTokens - spent.outputTokens),
      deadlineMs: Math.max(1, deadlineMs - this.#passedMs()),
    };
  }

  asked({ sessionId }: AgentEnd): Asked {
    const model = this.#model ?? this.#options.agent.model;
    return { sessionId, begun: this.#begun ?? 'new', usage: this.#spent, durationMs: this.#passedMs(), model };
  }

  failed(end: AgentEnd, code: AskFault, message: string): Extract<Answer<never>, { ok: false }> {
    const own = code === 'INVALID_OUTPUT' ? { status: 'failed' as const, code: 'REVIEW_INVALID' as const, message } : {};
    return { ...this.asked(end), ok: false, code, message, end: { ...end, ...own } };
  }

  #passedMs(): number {
    return Math.round(this.#clock.now() - this.#begunAt);
  }
}

const OVER: Omit<AgentEnd, 'sessionId' | 'usage'> = {
  status: 'over_budget',
  code: null,
  message: 'The budget of the call is used up, and its answer did not fit.',
  text: '',
  retryAfterMs: null,
};

/** `NO_USAGE` costs nothing: it must not hide that the first real cost is unknown. */
function plus(spent: Usage, more: Usage): Usage {
  return spent === NO_USAGE ? more : addUsage(spent, more);
}

function howToAnswer(schema: Record<string, unknown>): string {
  return `Answer with one JSON value and nothing after it, on the last line or in a \`\`\`json block. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

type Read<T> = { ok: true; value: T } | { ok: false; problem: string };

function readAnswer<T>(schema: z.ZodType<T>, text: string): Read<T> {
  const found = findJson(text);
  if (found === undefined) return { ok: false, problem: 'There was no JSON in the answer.' };
  const parsed = schema.safeParse(found);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: z.prettifyError(parsed.error) };
}

function cut(text: string, length: number): string {
  return text.slice(0, length);
}
