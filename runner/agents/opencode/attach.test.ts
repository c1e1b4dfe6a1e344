import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { BARE_TOOL } from '../../configuration/tool-configuration.ts';
import { bodyOf } from '../../testing/callers-that-die.ts';
import type { AgentEvent, AgentPlace, AgentTask } from '../agent.ts';
import { openAgent } from '../open-agent.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server that speaks the few calls that are used, as opencode 1.18 answered them. A route's answer is sent as JSON, or it writes itself. */
async function standIn(routes: Record<string, Answer>): Promise<{ url: string; calls: string[] }> {
  const calls: string[] = [];
  server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (body === null) return;
    const { pathname } = new URL(request.url ?? '/', 'http://x');
    calls.push(`${request.method} ${pathname} ${body}`);
    const route = routes[`${request.method} ${pathname}`];
    const answer = route ? route(request, response, body) : {};
    if (answer !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://opencode:pass@127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

const place: AgentPlace = {
  runId: 'r',
  worktree: '/tmp',
  home: '/tmp',
  env: {},
  mark: 'test-attach',
  signal: new AbortController().signal,
};
const limits = { steps: 9, costMicros: null, tokens: null, silentMs: 10_000, deadlineMs: 10_000, outputBytes: 100_000 };
const said = { id: 'p2', messageID: 'm2', sessionID: 's', type: 'text', text: 'All done.', time: { end: 2 } };
const finished = { id: 'p3', messageID: 'm2', sessionID: 's', type: 'step-finish', tokens: { input: 10, output: 2 } };
const MESSAGES = [
  { info: { id: 'm1', role: 'user' }, parts: [{ id: 'p1', messageID: 'm1', type: 'text', text: 'Do it.', time: { end: 1 } }] },
  { info: { id: 'm2', role: 'assistant', finish: 'stop' }, parts: [said, finished] },
];
const BASE: Record<string, Answer> = {
  'GET /global/health': () => ({ healthy: true, version: '1.18.33' }),
  'POST /session': () => ({ id: 's' }),
  'GET /session/status': () => ({}),
  'GET /question': () => [],
  'GET /session/s/message': () => MESSAGES,
};

function begin(response: ServerResponse, ...events: object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of [{ type: 'server.connected', properties: {} }, ...events]) response.write(`data: ${JSON.stringify(event)}\n\n`);
}

/** An idle that comes before the prompt belongs to what was before it. */
function fallsIdle(onFollowed: (request: IncomingMessage) => void = () => {}): Record<string, Answer> {
  const idle = { type: 'session.idle', properties: { sessionID: 's' } };
  let follow: ServerResponse | null = null;
  return {
    'GET /event': (request, response) => {
      onFollowed(request);
      begin(response, idle);
      follow = response;
    },
    'POST /session/s/prompt_async': () => {
      follow?.write(`data: ${JSON.stringify(idle)}\n\n`);
      return null;
    },
  };
}

async function run(url: string, more: Partial<AgentTask> = {}) {
  const agent = await openAgent({ ...BARE_TOOL, id: 'far', type: 'opencode', endpoint: url }, place, {});
  const events: AgentEvent[] = [];
  const signal = new AbortController().signal;
  const onEvent = (event: AgentEvent) => events.push(event);
  const task: AgentTask = { jobId: 'j', role: 'executor', prompt: 'Do it.', sessionId: null, limits, signal, onEvent, ...more };
  return { end: await agent.run(task), events };
}

test('what happened while the connection was lost is read again, once', async () => {
  let connections = 0;
  let drop = () => {};
  const { url } = await standIn({
    ...BASE,
    'GET /event': (_, response) => {
      begin(response);
      if (++connections === 1) drop = () => response.destroy();
    },
    'POST /session/s/prompt_async': () => {
      drop();
      return null;
    },
  });
  const { end, events } = await run(url);
  expect(connections).toBe(2);
  expect(end).toMatchObject({ status: 'ok', text: 'All done.', usage: { inputTokens: 10, outputTokens: 2, steps: 1 } });
  expect(events.map((event) => event.kind)).toEqual(['session', 'part_ended', 'usage']);
});

test('a permission and a question that are asked are refused', async () => {
  const idle = { type: 'session.idle', properties: { sessionID: 's' } };
  let follow: ServerResponse | null = null;
  const tell = (event: object) => follow?.write(`data: ${JSON.stringify(event)}\n\n`);
  const { url, calls } = await standIn({
    ...BASE,
    'GET /event': (_, response) => {
      begin(response);
      follow = response;
    },
    'POST /session/s/prompt_async': () => {
      tell({ type: 'permission.asked', properties: { id: 'per_1', sessionID: 's' } });
      tell({ type: 'question.asked', properties: { id: 'que_1', sessionID: 's' } });
      return null;
    },
    'POST /question/que_1/reject': () => {
      tell(idle);
      return true;
    },
  });
  expect((await run(url)).end.status).toBe('ok');
  expect(calls.find((call) => call.startsWith('POST /permission/per_1/reply'))).toContain('"reply":"reject"');
});

test('a question goes to a person where one can answer: once, also when its connection drops, and the answer is brought until it is taken', async () => {
  const idle = { type: 'session.idle', properties: { sessionID: 's' } };
  const asked = { id: 'que_1', sessionID: 's', questions: [{ header: 'Store', question: 'Where?', options: [{ label: 'A file' }] }] };
  const connected: ServerResponse[] = [];
  const tell = (event: object) => connected.at(-1)?.write(`data: ${JSON.stringify(event)}\n\n`);
  let tries = 0;
  let reconnected = () => {};
  const { url, calls } = await standIn({
    ...BASE,
    'GET /session/status': () => ({ s: { type: 'busy' } }),
    'GET /question': () => [asked, { ...asked, id: 'que_2', sessionID: 'of another' }],
    'GET /event': (_, response) => {
      begin(response);
      connected.push(response);
      if (connected.length === 2) reconnected();
    },
    'POST /session/s/prompt_async': () => {
      tell({ type: 'question.asked', properties: asked });
      connected[0]?.end();
      return null;
    },
    'POST /question/que_1/reply': (_, response) => {
      tries++;
      if (tries === 1) return void response.writeHead(503).end();
      tell(idle);
      return true;
    },
  });
  const questions: unknown[] = [];
  const again = new Promise<void>((resolve) => {
    reconnected = resolve;
  });
  const askPerson: AgentTask['askPerson'] = async (given) => {
    questions.push(given);
    await again;
    return [['A file']];
  };
  expect((await run(url, { askPerson })).end.status).toBe('ok');
  expect(questions).toEqual([
    [{ header: 'Store', question: 'Where?', options: [{ label: 'A file', description: '' }], multiple: false, custom: true }],
  ]);
  expect(calls.filter((call) => call.startsWith('POST /question'))).toEqual(
    Array(2).fill('POST /question/que_1/reply {"answers":[["A file"]]}'),
  );
});

test.each<[string, string | undefined, string]>([
  ['of this worktree is gone on in', '/tmp/.', 'resumed'],
  ['of a worktree that is gone, on a server that outlives it, is not', '/tmp/a worktree of before', 'new'],
])('a session %s', async (_, directory, begun) => {
  const { url } = await standIn({ ...BASE, 'GET /session/s': () => ({ id: 's', directory }), ...fallsIdle() });
  expect((await run(url, { sessionId: 's' })).end.begun).toBe(begun);
});

test('a session that falls idle without an answer is no success', async () => {
  const { url } = await standIn({
    ...BASE,
    'GET /session/s/message': () => [{ info: { id: 'm2', role: 'assistant' }, parts: [] }],
    ...fallsIdle(),
  });
  expect((await run(url)).end).toMatchObject({ status: 'failed', code: 'AGENT_CRASHED' });
});

test('a server that is not ours gets the rules with the session, the password and the folder', async () => {
  const seen: IncomingMessage[] = [];
  const { url, calls } = await standIn({
    ...BASE,
    ...fallsIdle((request) => seen.push(request)),
  });
  await run(url, { role: 'reviewer' });
  expect(calls.find((call) => call.startsWith('POST /session {'))).toContain('{"permission":"*","pattern":"*","action":"deny"}');
  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('opencode:pass').toString('base64')}`);
  expect(seen[0]?.url).toBe('/event?directory=%2Ftmp');
});

test('a server of version 2, and no server at all, are said clearly', async () => {
  const { url } = await standIn({ 'GET /global/health': () => ({ healthy: true, version: '2.0.1' }) });
  expect((await run(url)).end).toMatchObject({ status: 'runner_fault', message: expect.stringContaining('version 1 is needed') });
  expect((await run('http://127.0.0.1:1')).end).toMatchObject({
    status: 'runner_fault',
    code: 'AGENT_MISSING',
    message: expect.stringContaining('No opencode answers'),
  });
});
