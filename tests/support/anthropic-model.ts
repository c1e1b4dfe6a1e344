import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findPosition, type ModelRequest, modelRequestSchema } from '../../runner/demo/model-request.ts';
import { HEALABLE, type Script, type ScriptStep, withDiagnosis } from '../../runner/demo/script.ts';

/** A server that speaks Anthropic's messages with answers from a script, whose tools have the names and keys of `claude`. */
export interface AnthropicModel {
  /** For ANTHROPIC_BASE_URL. */
  url: string;
  key: string;
  /** Every request for an answer, oldest first. */
  requests: AnthropicRequest[];
  close(): Promise<void>;
}

export type AnthropicRequest = ModelRequest & { model: string; tools: { name?: unknown; defer_loading?: unknown }[] };

/** What every answer is said to have used. */
export const TURN_USAGE = { input_tokens: 1000, cache_creation_input_tokens: 200, cache_read_input_tokens: 500, output_tokens: 100 };

export async function startAnthropicModel(script: Script): Promise<AnthropicModel> {
  const key = `sk-ant-${randomBytes(12).toString('hex')}`;
  const requests: AnthropicRequest[] = [];
  const repeats = new Map<string, number>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    if (request.headers['x-api-key'] !== key && request.headers.authorization !== `Bearer ${key}`)
      return refuse(response, { kind: 'status', status: 401, message: 'invalid x-api-key' });
    if (request.method !== 'POST' || !/^\/v1\/messages(\?|$)/.test(request.url ?? ''))
      return refuse(response, { kind: 'status', status: 404 });
    const asked = modelRequestSchema.parse(JSON.parse(body)) as AnthropicRequest;
    requests.push(asked);
    const step = chooseStep(script, asked, repeats);
    if (step.fault?.kind === 'status') return refuse(response, step.fault);
    stream(response, asked.model, step);
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, key, requests, close };
}

/** Of a batch that failed: an agent can mend it. */
const diagnose: Script = (_, step) => (step === 0 ? { calls: [{ name: 'StructuredOutput', args: HEALABLE }] } : null);

function chooseStep(script: Script, asked: AnthropicRequest, repeats: Map<string, number>): ScriptStep {
  const position = findPosition(asked);
  if (position === null) return { text: 'Scripted answer.' };
  const key = `${position.job.jobId} ${position.job.role} ${position.step}`;
  const repeated = repeats.get(key) ?? 0;
  repeats.set(key, repeated + 1);
  return withDiagnosis(script, diagnose)(position.job, position.step, repeated) ?? { text: 'Done.' };
}

function stream(response: ServerResponse, model: string, step: ScriptStep): void {
  const send = (event: { type: string } & Record<string, unknown>) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const message = {
    id: `msg_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
  };
  send({ type: 'message_start', message: { ...message, stop_sequence: null, usage: { ...TURN_USAGE, output_tokens: 1 } } });
  if (step.fault?.kind === 'hang') return;
  if (step.fault?.kind === 'drop') return void setImmediate(() => response.destroy());
  blocksOf(step).forEach(({ start, deltas }, index) => {
    send({ type: 'content_block_start', index, content_block: start });
    for (const delta of deltas) send({ type: 'content_block_delta', index, delta });
    send({ type: 'content_block_stop', index });
  });
  const stop_reason = step.calls ? 'tool_use' : 'end_turn';
  send({ type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: TURN_USAGE.output_tokens } });
  send({ type: 'message_stop' });
  response.end();
}

type Part = { type: string } & Record<string, unknown>;

function blocksOf(step: ScriptStep): { start: Part; deltas: Part[] }[] {
  const thought = { start: { type: 'thinking', thinking: '', signature: '' }, deltas: thoughtDeltas(step.thought ?? '') };
  const text = {
    start: { type: 'text', text: '' },
    deltas: (step.text?.match(/\S+\s*/g) ?? []).map((word) => ({ type: 'text_delta', text: word })),
  };
  const calls = (step.calls ?? []).map((call) => ({
    start: { type: 'tool_use', id: `toolu_${randomBytes(12).toString('hex')}`, name: call.name, input: {} },
    deltas: [{ type: 'input_json_delta', partial_json: JSON.stringify(call.args) }],
  }));
  return [...(step.thought ? [thought] : []), ...(step.text ? [text] : []), ...calls];
}

function thoughtDeltas(thought: string): Part[] {
  const words = (thought.match(/\S+\s*/g) ?? []).map((word) => ({ type: 'thinking_delta', thinking: word }));
  return [...words, { type: 'signature_delta', signature: 'c2NyaXB0ZWQ=' }];
}

function refuse(response: ServerResponse, fault: { kind: 'status'; status: number; message?: string; retryAfterSeconds?: number }): void {
  const names: Record<number, string> = {
    401: 'authentication_error',
    404: 'not_found_error',
    429: 'rate_limit_error',
    529: 'overloaded_error',
  };
  const more = fault.retryAfterSeconds === undefined ? {} : limitHeaders(fault.retryAfterSeconds);
  response.writeHead(fault.status, { 'content-type': 'application/json', ...more });
  const error = { type: names[fault.status] ?? 'api_error', message: fault.message ?? `Scripted failure ${fault.status}` };
  response.end(JSON.stringify({ type: 'error', error }));
}

/** Who has a plan reads when it begins again from the second group. */
function limitHeaders(seconds: number): Record<string, string> {
  return {
    'retry-after': String(seconds),
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-reset': String(Math.ceil(Date.now() / 1000) + seconds),
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
