import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BARE_TOOL, type ToolConfiguration } from '../configuration/tool-configuration.ts';
import { bodyOf } from '../testing/callers-that-die.ts';
import type { Agent, AgentEvent, AgentPlace } from './agent.ts';
import { type AskOptions, ask } from './ask.ts';
import { openAgent } from './open-agent.ts';

// The typed call over a plain model, at a server that speaks as providers do.
interface Asked {
  url: string;
  headers: IncomingMessage['headers'];
  body: { model: string; messages: { role: string; content: string }[]; max_tokens: number; stream_options?: object };
}
type Play = (asked: Asked, response: ServerResponse) => void;

const schema = z.object({ decision: z.enum(['go', 'stop']), why: z.string().default('') });
const PRICE = { input: 1, output: 2 };
let asked: Asked[];
let play: Play;
let base: string;
let close: () => void;
let agent: Agent | null = null;

beforeEach(async () => {
  asked = [];
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request);
    if (text === null) return;
    const one = { url: request.url ?? '', headers: request.headers, body: JSON.parse(text) as Asked['body'] };
    asked.push(one);
    play(one, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});

afterEach(async () => {
  await agent?.close();
  close();
});

const events = (response: ServerResponse, list: object[]) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of list) response.write(`event: x\ndata: ${JSON.stringify(event)}\n\n`);
  response.end('data: [DONE]\n\n');
};
const openai = (text: string, finish = 'stop') => [
  { choices: [{ delta: { role: 'assistant', content: '', reasoning_content: 'Hm.' } }] },
  ...text.split(/(?<= )/).map((content) => ({ choices: [{ delta: { content } }] })),
  { choices: [{ delta: {}, finish_reason: finish }] },
  { choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 40 } } },
];
const anthropic = (text: string, stop_reason = 'end_turn') => [
  {
    type: 'message_start',
    message: { usage: { input_tokens: 50, output_tokens: 1, cache_read_input_tokens: 40, cache_creation_input_tokens: 10 } },
  },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text } },
  { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
];
const says =
  (...texts: string[]): Play =>
  (_, response) =>
    events(response, openai(texts[Math.min(asked.length, texts.length) - 1] ?? ''));
const refuses =
  (status: number, error: object = {}, headers = {}): Play =>
  (_, response) =>
    response.writeHead(status, headers).end(JSON.stringify({ error }));

async function put(prompt: string, more: Partial<AskOptions> = {}, tool: Partial<ToolConfiguration> = {}) {
  const whole: ToolConfiguration = {
    ...BARE_TOOL,
    id: 'm',
    type: 'model',
    baseUrl: `${base}/v1`,
    model: 'small',
    key: 'KEY',
    price: PRICE,
    ...tool,
  };
  agent ??= await openAgent(whole, {} as AgentPlace, { KEY: 'sk-test' });
  return ask(schema, prompt, { agent, jobId: 'decision 1', signal: new AbortController().signal, ...more });
}
afterEach(() => {
  agent = null;
});

describe('an answer', () => {
  test('is a value of the schema, with session, tokens, cost, duration and model; OpenAI’s way', async () => {
    play = says('Well. {"decision":"go"}');
    const seen: AgentEvent[] = [];
    let now = 0;
    const answer = await put('Go?', { onEvent: (event) => seen.push(event), clock: { now: () => now++, later: () => () => {} } });
    expect(answer).toEqual({
      ok: true,
      value: { decision: 'go', why: '' },
      sessionId: expect.any(String),
      begun: 'new',
      usage: { inputTokens: 60, outputTokens: 20, cachedTokens: 40, steps: 1, costMicros: 140 },
      durationMs: expect.any(Number),
      model: 'small',
    });
    expect(asked[0]).toMatchObject({ url: '/v1/chat/completions', headers: { authorization: 'Bearer sk-test' }, body: { model: 'small' } });
    expect(asked[0]?.body.messages[0]?.content).toMatch(/^Go\?[\s\S]*"enum":\["go","stop"\]/);
    expect(seen.flatMap((event) => (event.kind === 'part_ended' ? [[event.role, event.text]] : []))).toEqual([
      ['thought', 'Hm.'],
      ['text', 'Well. {"decision":"go"}'],
    ]);
  });

  test('comes Anthropic’s way from an address that speaks so; a price that nobody knows is null', async () => {
    play = (_, response) => events(response, anthropic('{"decision":"stop"}'));
    const answer = await put('Go?', {}, { api: 'anthropic', baseUrl: `${base}/anthropic`, price: null });
    expect(answer).toMatchObject({ ok: true, value: { decision: 'stop' } });
    expect(answer.usage).toEqual({ inputTokens: 60, outputTokens: 20, cachedTokens: 40, steps: 1, costMicros: null });
    expect(asked[0]).toMatchObject({
      url: '/anthropic/v1/messages',
      headers: { 'x-api-key': 'sk-test', 'anthropic-version': '2023-06-01' },
    });
  });

  test('comes also from a gateway that does not know how to be asked for usage', async () => {
    play = (one, response) =>
      one.body.stream_options
        ? refuses(400, { message: 'unknown field stream_options' })(one, response)
        : says('{"decision":"go"}')(one, response);
    expect(await put('Go?')).toMatchObject({ ok: true });
  });

  test('that does not fit is asked for once more, with what was wrong, in the same session; all askings are counted', async () => {
    play = says('Yes!', '{"decision":"go"}');
    const answer = await put('Go?');
    expect(answer).toMatchObject({ ok: true, usage: { inputTokens: 120, steps: 2, costMicros: 280 } });
    expect(asked[1]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(asked[1]?.body.messages[2]?.content).toContain('There was no JSON in the answer.');
    play = says('{"decision":"perhaps"}');
    expect(await put('Go?')).toMatchObject({ ok: false, code: 'INVALID_OUTPUT', message: expect.stringContaining('after 2 askings') });
    expect(asked).toHaveLength(4);
  });
});

describe('a session', () => {
  test('is gone on in, forked, or begun anew with the whole context where it is lost', async () => {
    play = says('{"decision":"go"}');
    const first = await put('One?');
    const { sessionId } = first;
    expect(await put('Two?', { sessionId })).toMatchObject({ begun: 'resumed', sessionId });
    const forked = await put('Three?', { sessionId, fork: true });
    expect(forked).toMatchObject({ begun: 'forked' });
    expect(forked.sessionId).not.toBe(sessionId);
    await put('Four?', { sessionId });
    expect(asked.at(-1)?.body.messages).toHaveLength(5);
    expect(JSON.stringify(asked.at(-1)?.body.messages)).not.toContain('Three?');
    expect(await put('Five?', { sessionId: 'gone', wholePrompt: 'All of it. Five?' })).toMatchObject({ begun: 'new' });
    expect(asked.at(-1)?.body.messages[0]?.content).toMatch(/^All of it. Five\?/);
  });
});

describe('another model', () => {
  test('is asked where the first one’s provider fails or does not have it, and is named in the answer', async () => {
    play = (one, response) =>
      (one.body.model === 'small' ? refuses(529, { message: 'overloaded' }) : says('{"decision":"go"}'))(one, response);
    expect(await put('Go?', { fallbackModel: 'large' })).toMatchObject({ ok: true, model: 'large', usage: { steps: 1, costMicros: null } });
    expect(asked.map(({ body }) => body.model)).toEqual(['small', 'large']);
    play = (one, response) =>
      (one.body.model === 'odd' ? refuses(404, { message: 'no such model' }) : says('{"decision":"go"}'))(one, response);
    expect(await put('Go?', { model: 'odd', fallbackModel: 'large' })).toMatchObject({ ok: true, model: 'large' });
  });

  test('is not asked where the key is wrong', async () => {
    play = refuses(401, { message: 'bad key' });
    expect(await put('Go?', { fallbackModel: 'large' })).toMatchObject({
      ok: false,
      code: 'PROVIDER',
      end: { code: 'PROVIDER_AUTH', retryAfterMs: null },
    });
    expect(asked).toHaveLength(1);
  });
});

describe('a fault has its own code', () => {
  const hang: Play = (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'I am' } }] })}\n\n`);
  };
  const cases: [string, Play, Partial<AskOptions>, object][] = [
    ['TIMEOUT', hang, { limits: { deadlineMs: 50 } }, { end: { code: 'AGENT_TIMEOUT', text: 'I am' } }],
    ['TIMEOUT', hang, { limits: { silentMs: 50 } }, { end: { code: 'AGENT_SILENT' } }],
    ['OVER_BUDGET', says('{"decision":"go"}'), { limits: { costMicros: 100 } }, { usage: { costMicros: 140 } }],
    ['OVER_BUDGET', says('{"decision":"go"}'), { limits: { tokens: 70 } }, {}],
    ['OVER_BUDGET', says('no'), { limits: { costMicros: 140 } }, { usage: { costMicros: 140, steps: 1 } }],
    ['REFUSED', (_, response) => events(response, openai('I will not.', 'content_filter')), {}, { message: 'I will not.' }],
    ['INVALID_OUTPUT', (_, response) => events(response, openai('{"deci', 'length')), {}, {}],
    [
      'PROVIDER',
      refuses(429, { message: 'slow down' }, { 'retry-after': '7' }),
      {},
      { end: { code: 'PROVIDER_LIMIT', retryAfterMs: 7000 } },
    ],
    ['PROVIDER', (_, response) => events(response, [{ error: { message: 'broke', code: '500' } }]), {}, { end: { code: 'PROVIDER_DOWN' } }],
    ['PROVIDER', (_, response) => void response.destroy(), {}, { end: { code: 'PROVIDER_DOWN' } }],
    ['PROVIDER', (_, response) => events(response, openai('{}').slice(0, 2)), {}, { end: { code: 'PROVIDER_DOWN' } }],
    ['PROVIDER', (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), {}, {}],
    ['AGENT_CRASHED', refuses(400, { message: 'bad request' }), {}, { message: expect.stringContaining('bad request') }],
    ['AGENT_MISSING', refuses(404, { message: 'no such model' }), {}, {}],
    ['AGENT_MISSING', says(''), { role: 'executor' }, { message: expect.stringContaining('without tools') }],
  ];
  test.each(cases)('%s', async (code, how, options, more) => {
    play = how;
    expect(await put('Go?', options)).toMatchObject({ ok: false, code, ...more });
  });

  test('STOPPED', async () => {
    const stop = new AbortController();
    play = (one, response) => {
      hang(one, response);
      stop.abort();
    };
    expect(await put('Go?', { signal: stop.signal })).toMatchObject({ ok: false, code: 'STOPPED' });
  });
});
