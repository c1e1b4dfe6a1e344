import type { TokenCount } from '../prices.ts';

export interface Message {
  role: 'user' | 'assistant';
  content: string;
}

export interface ModelRequest {
  baseUrl: string;
  model: string;
  key: string | null;
  messages: Message[];
  /** At most so many tokens are answered. */
  mostTokens: number;
}

/** What one streamed event says. */
export interface ModelNews {
  text?: string;
  thought?: string;
  /** Counts that are now known; each replaces what was told before. */
  tokens?: Partial<TokenCount>;
  stop?: 'end' | 'length' | 'refusal';
  error?: { status: number | null; message: string };
}

/** One provider's way to ask and to answer. */
export interface ModelApi {
  request(asked: ModelRequest): { url: string; headers: Record<string, string>; body: Record<string, unknown> };
  read(event: unknown): ModelNews;
}

type Fields = Record<string, unknown>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const countOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const under = (baseUrl: string, path: string): string => `${baseUrl.replace(/\/+$/, '')}${path}`;

/** OpenAI's chat completions, as most providers and local servers speak them. */
export const openaiApi: ModelApi = {
  request: ({ baseUrl, model, key, messages, mostTokens }) => ({
    url: under(baseUrl, '/chat/completions'),
    headers: { ...(key !== null && { authorization: `Bearer ${key}` }) },
    body: { model, messages, stream: true, stream_options: { include_usage: true }, max_tokens: mostTokens },
  }),
  read(event) {
    const { choices, usage, error } = fieldsOf(event);
    if (error) return { error: errorOf(error) };
    const choice = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
    const delta = fieldsOf(choice.delta);
    return {
      text: textOf(delta.content) ?? textOf(delta.refusal),
      thought: textOf(delta.reasoning_content) ?? textOf(delta.reasoning),
      tokens: usage ? openaiTokens(fieldsOf(usage)) : undefined,
      stop: openaiStop(choice.finish_reason),
    };
  },
};

function openaiTokens(usage: Fields): Partial<TokenCount> {
  const cached = countOf(fieldsOf(usage.prompt_tokens_details).cached_tokens) ?? 0;
  return {
    input: Math.max(0, (countOf(usage.prompt_tokens) ?? 0) - cached),
    output: countOf(usage.completion_tokens) ?? 0,
    cacheRead: cached,
  };
}

function openaiStop(reason: unknown): ModelNews['stop'] {
  if (typeof reason !== 'string') return undefined;
  return reason === 'length' ? 'length' : reason === 'content_filter' ? 'refusal' : 'end';
}

const ANTHROPIC_VERSION = '2023-06-01';

/** Anthropic's messages; `baseUrl` is the address without `/v1`, as Anthropic's own programs take it, or with it. */
export const anthropicApi: ModelApi = {
  request: ({ baseUrl, model, key, messages, mostTokens }) => ({
    url: under(baseUrl.replace(/\/v1\/?$/, ''), '/v1/messages'),
    headers: { 'anthropic-version': ANTHROPIC_VERSION, ...(key !== null && { 'x-api-key': key }) },
    body: { model, messages, stream: true, max_tokens: mostTokens },
  }),
  read(event) {
    const { type, message, delta: raw, usage, error } = fieldsOf(event);
    if (type === 'error') return { error: errorOf(error) };
    if (type === 'message_start') return { tokens: anthropicTokens(fieldsOf(fieldsOf(message).usage)) };
    const delta = fieldsOf(raw);
    if (type === 'content_block_delta') return { text: textOf(delta.text), thought: textOf(delta.thinking) };
    if (type !== 'message_delta') return {};
    const output = countOf(fieldsOf(usage).output_tokens);
    return { tokens: output === undefined ? undefined : { output }, stop: anthropicStop(delta.stop_reason) };
  },
};

function anthropicTokens(usage: Fields): Partial<TokenCount> {
  return {
    input: countOf(usage.input_tokens) ?? 0,
    output: countOf(usage.output_tokens) ?? 0,
    cacheRead: countOf(usage.cache_read_input_tokens) ?? 0,
    cacheWrite: countOf(usage.cache_creation_input_tokens) ?? 0,
  };
}

function anthropicStop(reason: unknown): ModelNews['stop'] {
  if (typeof reason !== 'string') return undefined;
  return reason === 'max_tokens' ? 'length' : reason === 'refusal' ? 'refusal' : 'end';
}

/** In the middle of a stream there is no status any more: the kind of the error stands for it. */
const STATUS_OF: Record<string, number> = {
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  rate_limit_error: 429,
  api_error: 500,
  overloaded_error: 529,
};

function errorOf(error: unknown): NonNullable<ModelNews['error']> {
  const { type, message, code } = fieldsOf(error);
  const status = STATUS_OF[String(type)] ?? (Number(code) >= 400 ? Number(code) : null);
  return { status, message: textOf(message) ?? 'The provider broke off its answer.' };
}
