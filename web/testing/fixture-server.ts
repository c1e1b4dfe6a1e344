import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { createRequestHandler, type ServerBuild } from '@remix-run/cloudflare';
import { foldRun } from '@specwright/protocol/evolve.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { WebSocketServer } from 'ws';
import * as people from './people-fixtures.ts';
import { phases } from './phase-fixtures.ts';
import { poison, poisonText } from './poison.ts';
import { PIECES, tellStory } from './story.ts';
import * as workers from './workers-fixtures.ts';

/** Serves the built pages over made-up data, to look at them without a Worker: `node testing/fixture-server.ts PORT [EVENTS]`. */
const port = Number(process.argv[2] ?? 4321);
/** A copy can be named, since others may build anew meanwhile. */
const built = process.env.SPECWRIGHT_BUILD_DIR ?? join(import.meta.dirname, '../build');
const noise = Number(process.argv[3] ?? 0);
const logs: Record<string, StoredEvent[]> = {
  run_live: tellStory('run_live', 'spc_live', 'running'),
  run_failed: tellStory('run_failed', 'spc_failed', 'failed'),
  run_done: tellStory('run_done', 'spc_done', 'completed'),
  run_long: tellStory('run_long', 'spc_long', 'running', noise),
  ...phases,
};
const now = Date.now();
const noSettings = { executor: null, reviewer: null, maxIterations: null, maxCostMicros: null, maxTokens: null };
const projects = [
  {
    id: 'prj_1',
    organisationId: 'org_1',
    name: 'money',
    repository: { kind: 'path', path: '/home/ada/code/money', defaultBranch: 'main' },
    settings: noSettings,
    archivedAt: null,
    createdAt: now - 9e6,
    updatedAt: now - 3e5,
    specCounts: { running: 1, completed: 3, failed: 1, draft: 2 },
  },
  {
    id: 'prj_2',
    organisationId: 'org_1',
    name: 'storefront',
    repository: { kind: 'url', url: 'git@github.com:ada/storefront.git', defaultBranch: null },
    settings: noSettings,
    archivedAt: null,
    createdAt: now - 9e8,
    updatedAt: now - 8e7,
    specCounts: { ready: 1 },
  },
  {
    id: 'prj_3',
    organisationId: 'org_1',
    name: 'attic',
    repository: { kind: 'path', path: '/srv/attic', defaultBranch: null },
    settings: noSettings,
    archivedAt: now,
    createdAt: now - 9e9,
    updatedAt: now - 8e8,
    specCounts: {},
  },
];
const TEXT =
  '# Why\n\nPrices are added as **floating point** numbers. We want exact money.\n\n## What\n\n- parse `"12.50 EUR"`\n- format by locale\n- convert with a *given* rate\n\n```js\nadd(money("0.10 EUR"), money("0.20 EUR"))\n```\n\n> No network. See https://example.org/money.\n';

function summary(runId: string) {
  const log = logs[runId] ?? [];
  const state = foldRun(log);
  if (!state) return null;
  const passed = state.items.filter((item) => item.kind === 'chunk' && item.status === 'completed').length;
  return {
    id: runId,
    projectId: 'prj_1',
    specId: state.specId,
    specTitle: state.specTitle,
    status: state.status,
    reason: state.reason,
    branch: state.branch,
    runnerName: 'workbench',
    currentChunkId: null,
    currentStep: state.job?.step ?? null,
    progress: { current: passed + 1, total: 5, passed, failed: 0 },
    fixes: 1,
    usage: state.totals.usage,
    activeMs: 184_000,
    startedBy: 'Ada',
    createdAt: state.createdAt,
    endedAt: state.endedAt,
    seq: state.seq,
  };
}

function spec(specId: string) {
  const runId = specId.replace('spc_', 'run_');
  const state = foldRun(logs[runId] ?? []);
  const keys = ['parse', 'format', 'convert', 'round', 'docs'];
  const chunks =
    specId === 'spc_empty'
      ? []
      : keys.map((key, i) => {
          const item = state?.items.find((it) => it.id === `chk_${key}`);
          return {
            id: `chk_${key}`,
            specId,
            key,
            position: i,
            title: item?.title ?? `Chunk ${key}`,
            description: `Write **${key}**.`,
            acceptanceCriteria: ['it has tests'],
            dependsOn: i === 0 ? [] : [`chk_${keys[i - 1]}`],
            status: item?.status ?? 'pending',
            summary: null,
            verdict: null,
            commit: item?.commit ?? null,
            usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, costMicros: 0, steps: 0 },
            durationMs: 0,
            error: item?.error ?? null,
            updatedAt: now - 9e6,
          };
        });
  const statuses: Record<string, string> = {
    spc_live: 'running',
    spc_failed: 'failed',
    spc_done: 'completed',
    spc_empty: 'draft',
    spc_fresh: 'ready',
    spc_long: 'running',
  };
  return {
    id: specId,
    projectId: 'prj_1',
    title: specId === 'spc_empty' ? 'An idea' : 'A small money library',
    status: statuses[specId] ?? 'ready',
    chunkCount: chunks.length,
    completedCount: chunks.filter((c) => c.status === 'completed').length,
    updatedAt: now - 3e5,
    createdAt: now - 9e6,
    latestRun: state ? summary(runId) : null,
    text: specId === 'spc_empty' ? '' : TEXT,
    version: 3,
    chunks,
  };
}

const refusal = (status: number, code: string, message: string) =>
  Response.json({ code, message, requestId: 'req_fixture', retryable: false }, { status });
const list = (items: unknown[]) => Response.json({ items, nextCursor: null });

/** SPECWRIGHT_POISON=1: every text that a page shows is a corpus of attacks. */
const poisoned = process.env.SPECWRIGHT_POISON === '1';
const frame = (value: object) => JSON.stringify(poisoned ? poison(value) : value);

async function api(path: string, init?: RequestInit): Promise<Response> {
  const answer = await plainApi(path, init);
  if (!poisoned) return answer;
  const json = answer.headers.get('content-type')?.includes('json');
  const { status } = answer;
  return json ? Response.json(poison(await answer.json()), { status }) : new Response(poisonText(), { status, headers: answer.headers });
}

async function plainApi(path: string, init?: RequestInit): Promise<Response> {
  const role = /fixture_role=(\w+)/.exec(new Headers(init?.headers).get('cookie') ?? '')?.[1] ?? 'owner';
  const url = new URL(path, 'http://fixture');
  const parts = url.pathname.split('/').slice(2);
  const [kind, id = '', what, hash] = parts;
  if (init?.method && init.method !== 'GET') {
    if (kind === 'specs' && init.method === 'PATCH')
      return refusal(412, 'EDIT_CONFLICT', 'Somebody saved version 4 in between. Look at it, then save yours.');
    if (kind === 'chunks' && init.method === 'PATCH')
      return refusal(422, 'DEPENDENCY_CYCLE', 'These chunks wait for each other: parse → docs → parse.');
    if (kind === 'invitations')
      return Response.json({
        organisationName: 'Money Works',
        invitedBy: 'Ada Lovelace',
        role: 'member',
        email: 'edsger@example.com',
        expiresAt: now + 9e8,
      });
    if (kind === 'api-keys') return Response.json({ key: people.keys[0], secret: `swk_${'x'.repeat(40)}` });
    if (id === 'invitations') return Response.json({ invitation: people.invitations[0], token: 'i'.repeat(43), mailed: false });
    if (id === 'registration-tokens') return Response.json({ id: 'rtk_9', token: 't'.repeat(43), expiresAt: now + 36e5 });
    if (kind === 'auth') return refusal(401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password');
    if (kind === 'local') return refusal(401, 'LINK_SPENT', 'This link was used.');
    return Response.json({ id: 'prj_1', runId: 'run_live', attached: true, allComplete: false });
  }
  if (kind === 'workers') return Response.json(id ? workers.worker(id) : workers.page);
  if (kind === 'queue') return list(workers.queue);
  if (kind === 'health') return Response.json({ ok: true });
  if (kind === 'me')
    return role === 'out'
      ? refusal(401, 'NOT_SIGNED_IN', 'Sign in.')
      : id === 'sessions'
        ? list(people.sessions)
        : Response.json(people.me(role));
  if (kind === 'sign-in-options') return Response.json({ signUp: 'open', github: true, mail: true, local: process.env.LOCAL === '1' });
  if (kind === 'organisation') return id === 'members' ? list(people.members) : list(people.invitations);
  if (kind === 'api-keys') return list(people.keys);
  if (kind === 'audit') return list(people.audit);
  if (kind === 'devices')
    return id.startsWith('NONE') ? refusal(404, 'NOT_FOUND', 'There is nothing here.') : Response.json(people.device(id));
  if (kind === 'runners') {
    if (id === 'registration-tokens') return list(people.tokens);
    const machine = people.machines.find((it) => it.id === id);
    return id ? (machine ? Response.json(machine) : refusal(404, 'NOT_FOUND', 'There is nothing here.')) : list(people.machines);
  }
  if (kind === 'projects') {
    if (!id) return list(projects);
    const project = projects.find((it) => it.id === id);
    if (!project) return refusal(404, 'NOT_FOUND', 'There is nothing here.');
    return what === 'members'
      ? Response.json({ restricted: true, userIds: ['usr_alan'] })
      : what === 'specs'
        ? list(id === 'prj_1' ? ['spc_live', 'spc_failed', 'spc_done', 'spc_fresh', 'spc_empty'].map(spec) : [])
        : Response.json(project);
  }
  if (kind === 'specs') return what === 'runs' ? list([summary(id.replace('spc_', 'run_'))].filter(Boolean)) : Response.json(spec(id));
  if (kind === 'runs') {
    const phase = /fixture_phase=(\w+)/.exec(new Headers(init?.headers).get('cookie') ?? '')?.[1];
    if (url.searchParams.get('specId')?.startsWith('phase:')) return list(phase ? [summary(phase)] : []);
    if (!id)
      return list(
        Object.keys(logs)
          .filter((it) => it !== 'run_long' && !(it in phases))
          .map(summary),
      );
    const log = logs[id];
    if (!log) return refusal(404, 'NOT_FOUND', 'There is nothing here.');
    if (what === 'events')
      return list(
        log.slice(
          Number(url.searchParams.get('after')),
          Number(url.searchParams.get('after')) + Number(url.searchParams.get('limit') ?? 1000),
        ),
      );
    if (what === 'pieces') return new Response(PIECES[hash ?? ''] ?? '', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
    return Response.json({ state: foldRun(log), recent: log.slice(-200) });
  }
  return refusal(404, 'NOT_FOUND', 'There is nothing here.');
}

const build = (await import(join(built, 'server/index.js'))) as ServerBuild;
const render = createRequestHandler(build, 'production');
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

async function answer(message: IncomingMessage, response: ServerResponse) {
  const url = new URL(message.url ?? '/', `http://127.0.0.1:${port}`);
  const file = join(built, 'client', url.pathname);
  if (extname(url.pathname) && existsSync(file)) {
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    return createReadStream(file).pipe(response);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const request = new Request(url, { method: message.method, headers: message.headers as Record<string, string>, body });
  const nonce = randomBytes(18).toString('base64');
  const result = url.pathname.startsWith('/api/')
    ? await api(url.pathname + url.search, { method: message.method, headers: request.headers })
    : await render(request as never, { api, cspNonce: nonce } as never);
  response.statusCode = result.status;
  for (const [name, value] of result.headers) response.setHeader(name, value);
  if (result.headers.get('content-type')?.includes('html'))
    response.setHeader(
      'content-security-policy',
      `default-src 'self'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'`,
    );
  response.end(Buffer.from(await result.arrayBuffer()));
}

const server = createServer((message, response) => {
  answer(message, response).catch((error) => {
    console.error(error);
    response.statusCode = 500;
    response.end('broken');
  });
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, message) => {
  const url = new URL(message.url ?? '/', 'http://fixture');
  if (url.pathname.startsWith('/api/workers')) return socket.send(frame(workers.update));
  const runId = url.pathname.split('/')[3] ?? '';
  const log = logs[runId] ?? [];
  const since = Number(url.searchParams.get('since'));
  socket.on('message', (data) => String(data) === 'ping' && socket.send('pong'));
  socket.send(JSON.stringify({ type: 'greeting', build: 'fixture', wire: 1, runId, seq: log.length }));
  if (log.length > since) socket.send(frame({ type: 'events', events: log.slice(since) }));
  if (runId === 'run_live') stream(socket);
  if (runId === 'run_long' && process.argv[4]) flood(socket, log, Number(process.argv[4]));
});

function stream(socket: { send: (text: string) => void; readyState: number }) {
  if (poisoned) {
    const text = poisonText();
    return socket.send(JSON.stringify({ type: 'text', jobId: 'run_live/chk_round/1/1', part: 'streaming', role: 'text', offset: 0, text }));
  }
  const text =
    'Bankers round half to even, so that errors cancel out over many sums. I write the function first, then the cases from the criteria. ';
  let offset = 0;
  const timer = setInterval(() => {
    if (socket.readyState !== 1) return clearInterval(timer);
    const piece = text.slice(offset % text.length, (offset % text.length) + 6);
    socket.send(JSON.stringify({ type: 'text', jobId: 'run_live/chk_round/1/1', part: 'streaming', role: 'text', offset, text: piece }));
    offset += piece.length;
    if (offset > 600) clearInterval(timer);
  }, 60);
}

function flood(socket: { send: (text: string) => void; readyState: number }, log: StoredEvent[], perSecond: number) {
  const timer = setInterval(() => {
    if (socket.readyState !== 1) return clearInterval(timer);
    const events = Array.from({ length: Math.round(perSecond / 20) }, (_, i) => {
      const seq = log.length + 1 + i;
      return {
        kind: 'tool_called',
        chunkId: 'chk_round',
        jobId: 'run_long/chk_round/1/1',
        callId: `flood${seq}`,
        tool: 'bash',
        status: 'completed',
        title: `call ${seq}`,
        input: '',
        output: '',
        seq,
        at: Date.now(),
        v: 1,
      } as StoredEvent;
    });
    log.push(...events);
    socket.send(JSON.stringify({ type: 'events', events }));
  }, 50);
}

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
