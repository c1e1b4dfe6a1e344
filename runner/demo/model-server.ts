import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beginStream, writeAnswer, writeEvent } from './model-answer.ts';
import { findPosition, lastText, type ModelRequest, modelRequestSchema } from './model-request.ts';
import type { Script, ScriptFault, ScriptStep } from './script.ts';

export interface ModelServerOptions {
  script: Script;
  /** Milliseconds between two words; 0: as fast as it goes. */
  paceMs: number;
  /** How many of the last requests to keep, for tests; default none. */
  keptRequests?: number;
}

export interface ModelServer {
  /** The base URL for an OpenAI-compatible client, ending in /v1. */
  url: string;
  /** The key that clients must send. */
  token: string;
  /** The last requests for completions, oldest first. */
  requests: ModelRequest[];
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 32 * 1024 * 1024;

/** A chat-completions server on 127.0.0.1 with a random port and key, whose answers come from a script. It keeps no process alive. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const token = randomBytes(16).toString('hex');
  const requests: ModelRequest[] = [];
  const repeats = new Map<string, number>();
  const server = createServer((request, response) => {
    serve({ request, response, token, options, requests, repeats }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/v1`, token, requests, close };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  token: string;
  options: ModelServerOptions;
  requests: ModelRequest[];
  repeats: Map<string, number>;
}

async function serve(exchange: Exchange): Promise<void> {
  const { request, response, token } = exchange;
  const body = await readBody(request);
  if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) return refuse(response, { kind: 'status', status: 401 });
  if (!request.url?.endsWith('/chat/completions')) return refuse(response, { kind: 'status', status: 404 });
  const asked = modelRequestSchema.parse(JSON.parse(body));
  exchange.requests.push(asked);
  if (exchange.requests.length > (exchange.options.keptRequests ?? 0)) exchange.requests.shift();
  const step = chooseStep(asked, exchange);
  if (step.fault) return fail(response, step.fault);
  const { paceMs } = exchange.options;
  await writeAnswer(response, step, { model: asked.model, stream: asked.stream, paceMs, requestBytes: body.length });
}

function chooseStep(asked: ModelRequest, exchange: Exchange): ScriptStep {
  const position = findPosition(asked);
  if (position === null) return { text: 'Scripted answer.' };
  const key = `${position.job.jobId} ${position.job.role} ${position.step}`;
  const repeated = exchange.repeats.get(key) ?? 0;
  exchange.repeats.set(key, repeated + 1);
  const step = exchange.options.script(position.job, position.step, repeated) ?? { text: 'Done.' };
  // Requests without tools want a title or a summary; at an agent's step limit no tool may be called any more.
  if (!step.fault && asked.tools.length === 0) return { text: step.calls ? 'Scripted answer.' : (step.text ?? 'Scripted answer.') };
  if (/MAXIMUM STEPS REACHED/.test(lastText(asked)) && asked.messages.at(-1)?.role === 'assistant' && !step.fault) return stopAtLimit(step);
  return withOfferedTools(step, asked);
}

function stopAtLimit(step: ScriptStep): ScriptStep {
  return step.calls?.some((call) => call.args.stubborn) ? step : { text: 'Stopped at the step limit.' };
}

/** A tool that the client does not offer is not called: the answer says so, as a model would. Unless the script insists (`stubborn`). */
function withOfferedTools(step: ScriptStep, asked: ModelRequest): ScriptStep {
  const offered = new Set(asked.tools.map((tool) => tool.function?.name));
  const missing = (step.calls ?? []).filter((call) => !offered.has(call.name) && !call.args.stubborn).map((call) => call.name);
  if (missing.length === 0) return step;
  const calls = (step.calls ?? []).filter((call) => offered.has(call.name));
  return { ...step, text: `${step.text ?? ''} (There is no tool ${missing.join(', ')} here.)`.trim(), calls };
}

function fail(response: ServerResponse, fault: ScriptFault): void {
  if (fault.kind === 'status') {
    refuse(response, fault);
    return;
  }
  beginStream(response);
  if (fault.kind === 'hang') return;
  const choices = [{ index: 0, delta: { role: 'assistant', content: 'I beg' }, finish_reason: null }];
  writeEvent(response, { id: 'chatcmpl-dropped', object: 'chat.completion.chunk', created: 0, model: 'dropped', choices });
  setImmediate(() => response.destroy());
}

function refuse(response: ServerResponse, fault: Extract<ScriptFault, { kind: 'status' }>): void {
  if (fault.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(fault.retryAfterSeconds));
  response.writeHead(fault.status, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ error: { message: fault.message ?? `Scripted failure ${fault.status}`, type: 'error', code: String(fault.status) } }),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) throw new Error('The request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
