import { realpathSync } from 'node:fs';
import { z } from 'zod';
import type { ServerAddress } from './server.ts';

/** The calls of opencode's server (version 1) that are used here, and no others. Every answer is parsed at this door. */
export interface OpencodeWire {
  version(): Promise<string>;
  createSession(input: { title: string; permission?: object[] }): Promise<string>;
  /** Of this directory: a session works where it was made, whoever goes on in it. */
  sessionExists(id: string): Promise<boolean>;
  /** A new session with all that was said in this one. */
  forkSession(id: string): Promise<string>;
  prompt(sessionId: string, body: PromptBody): Promise<void>;
  abort(sessionId: string): Promise<void>;
  messages(sessionId: string): Promise<WireMessage[]>;
  isBusy(sessionId: string): Promise<boolean>;
  rejectPermission(requestId: string): Promise<void>;
  rejectQuestion(requestId: string): Promise<void>;
  /** What is asked and not answered yet, of all sessions. */
  questions(): Promise<WireQuestion[]>;
  /** Throws OpencodeError; with status 404 nobody waits for it any more. */
  answerQuestion(requestId: string, answers: string[][]): Promise<void>;
  /** One connection's events; ends or throws when it drops. */
  events(signal: AbortSignal): AsyncGenerator<unknown>;
}

export interface PromptBody {
  text: string;
  agent?: string;
  model?: { providerID: string; modelID: string };
}

export class OpencodeError extends Error {
  override name = 'OpencodeError';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export const wireErrorSchema = z.looseObject({
  name: z.string().default('UnknownError'),
  data: z
    .looseObject({
      message: z.string().optional(),
      statusCode: z.number().optional(),
      isRetryable: z.boolean().optional(),
      responseHeaders: z.record(z.string(), z.string()).optional(),
    })
    .default({}),
});
export type WireError = z.infer<typeof wireErrorSchema>;

export const tokensSchema = z.looseObject({
  input: z.number().default(0),
  output: z.number().default(0),
  reasoning: z.number().default(0),
  cache: z.looseObject({ read: z.number().default(0), write: z.number().default(0) }).default({ read: 0, write: 0 }),
});

export const partSchema = z.looseObject({
  id: z.string(),
  sessionID: z.string().default(''),
  messageID: z.string().default(''),
  type: z.string(),
  text: z.string().optional(),
  callID: z.string().optional(),
  tool: z.string().optional(),
  state: z
    .looseObject({
      status: z.string(),
      input: z.unknown(),
      output: z.string().optional(),
      title: z.string().optional(),
      error: z.string().optional(),
      metadata: z.looseObject({ output: z.string().optional() }).optional(),
    })
    .optional(),
  time: z.looseObject({ end: z.number().optional() }).optional(),
  cost: z.number().optional(),
  tokens: tokensSchema.optional(),
});
export type WirePart = z.infer<typeof partSchema>;

export const questionRequestSchema = z.looseObject({
  id: z.string(),
  sessionID: z.string(),
  questions: z
    .array(
      z.looseObject({
        header: z.string().default(''),
        question: z.string().default(''),
        options: z.array(z.looseObject({ label: z.string(), description: z.string().default('') })).default([]),
        multiple: z.boolean().default(false),
        custom: z.boolean().default(true),
      }),
    )
    .default([]),
});
export type WireQuestion = z.infer<typeof questionRequestSchema>;

const sessionSchema = z.looseObject({ directory: z.string().optional() });

const messageSchema = z.looseObject({
  info: z.looseObject({
    id: z.string(),
    role: z.string(),
    finish: z.string().optional(),
    error: wireErrorSchema.optional(),
  }),
  parts: z.array(partSchema),
});
export type WireMessage = z.infer<typeof messageSchema>;

const CALL_MS = 30_000;

export function connectWire(address: ServerAddress, directory: string): OpencodeWire {
  const call = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    send(address, directory, { method, path, body, signal });
  const json = async (method: string, path: string, body?: unknown) =>
    (await call(method, path, body, AbortSignal.timeout(CALL_MS))).json();
  const quiet = async (path: string, body: unknown) => {
    // It may be answered or gone already.
    await json('POST', path, body).catch(() => {});
  };
  return {
    version: async () => z.looseObject({ version: z.string() }).parse(await json('GET', '/global/health')).version,
    createSession: async (input) => z.looseObject({ id: z.string() }).parse(await json('POST', '/session', input)).id,
    forkSession: async (id) => z.looseObject({ id: z.string() }).parse(await json('POST', `/session/${id}/fork`, {})).id,
    sessionExists: async (id) => {
      const session = sessionSchema.nullable().parse(await json('GET', `/session/${id}`).catch(() => null));
      return session !== null && (session.directory === undefined || isSameFolder(session.directory, directory));
    },
    prompt: async (id, { text, ...rest }) => {
      await call('POST', `/session/${id}/prompt_async`, { ...rest, parts: [{ type: 'text', text }] }, AbortSignal.timeout(CALL_MS));
    },
    abort: (id) => quiet(`/session/${id}/abort`, {}),
    messages: async (id) => z.array(messageSchema).parse(await json('GET', `/session/${id}/message`)),
    isBusy: async (id) => {
      const all = z.record(z.string(), z.looseObject({ type: z.string() })).parse(await json('GET', '/session/status'));
      return all[id] !== undefined && all[id].type !== 'idle';
    },
    rejectPermission: (id) => quiet(`/permission/${id}/reply`, { reply: 'reject', message: 'This is not allowed here. Go on without it.' }),
    rejectQuestion: (id) => quiet(`/question/${id}/reject`, {}),
    questions: async () => z.array(questionRequestSchema).parse(await json('GET', '/question')),
    answerQuestion: async (id, answers) => void (await json('POST', `/question/${id}/reply`, { answers })),
    events: async function* (signal) {
      const answer = await call('GET', '/event', undefined, signal);
      if (answer.body) yield* readEventStream(answer.body);
    },
  };
}

function isSameFolder(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

async function send(
  address: ServerAddress,
  directory: string,
  request: { method: string; path: string; body?: unknown; signal?: AbortSignal },
): Promise<Response> {
  const url = new URL(request.path, address.url);
  url.searchParams.set('directory', directory);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (address.authorization !== null) headers.authorization = address.authorization;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const answer = await fetch(url, { method: request.method, headers, body, signal: request.signal });
  if (!answer.ok) {
    const text = await answer.text().catch(() => '');
    throw new OpencodeError(
      `opencode answered ${answer.status} to ${request.method} ${request.path}: ${text.slice(0, 500)}`,
      answer.status,
    );
  }
  return answer;
}

/** Server-sent events: `data:` lines of JSON, an empty line between two. */
async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let held = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (held + decoder.decode(chunk, { stream: true })).split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trim())
        .join('\n');
      if (data !== '') yield JSON.parse(data);
    }
  }
}
