import type { ModelApi, ModelNews, ModelRequest } from './model-api.ts';

/** What stands in the way of an answer; `status` is HTTP's, null where the connection failed. */
export class ModelFault extends Error {
  override name = 'ModelFault';
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  constructor(message: string, status: number | null, retryAfterMs: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

const SHOWN = 500;

/** Asks once and hands over what is streamed, as it comes. Throws ModelFault. */
export async function* callModel(api: ModelApi, asked: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelNews> {
  const response = await send(api, asked, signal);
  if (response.body === null) throw new ModelFault('The provider answered with nothing.', null);
  try {
    for await (const event of readEvents(response.body)) {
      const news = api.read(event);
      if (news.error) throw new ModelFault(news.error.message, news.error.status);
      yield news;
    }
  } catch (error) {
    throw error instanceof ModelFault ? error : new ModelFault(`The connection to the provider broke: ${reasonOf(error)}`, null);
  }
}

async function send(api: ModelApi, asked: ModelRequest, signal: AbortSignal): Promise<Response> {
  const { url, headers, body } = api.request(asked);
  const post = (sent: Record<string, unknown>) =>
    // A redirect would carry the key elsewhere.
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(sent),
      signal,
      redirect: 'error',
    });
  try {
    const response = await post(body);
    if (response.ok) return response;
    const fault = await faultOf(response);
    if (response.status !== 400 || !('stream_options' in body) || !/stream_options/.test(fault.message)) throw fault;
    // Some gateways do not know it; usage is told by others of them without it.
    const { stream_options: _, ...plain } = body;
    const again = await post(plain);
    if (again.ok) return again;
    throw await faultOf(again);
  } catch (error) {
    throw error instanceof ModelFault ? error : new ModelFault(`The provider cannot be reached: ${reasonOf(error)}`, null);
  }
}

async function faultOf(response: Response): Promise<ModelFault> {
  const text = (await response.text().catch(() => '')).slice(0, 10_000);
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
  return new ModelFault(`${response.status} ${messageIn(text).slice(0, SHOWN)}`.trim(), response.status, retryAfterMs);
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : text;
  } catch {
    return text;
  }
}

/** Server-sent events: the JSON of their `data:` lines. */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (held + decoder.decode(chunk, { stream: true })).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) {
      const data = line.startsWith('data:') ? line.slice(5).trim() : '';
      if (data !== '' && data !== '[DONE]') yield JSON.parse(data);
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch tells the reason only in the cause.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
