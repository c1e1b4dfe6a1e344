import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { createRequestHandler, type ServerBuild } from '@remix-run/cloudflare';
import { WebSocketServer } from 'ws';
import { api } from './fixture-api.ts';
import { flood, stream } from './fixture-frames.ts';
import { poison, poisoned } from './poison.ts';
import { logs } from './work-fixtures.ts';
import * as workers from './workers-fixtures.ts';

/** Serves the built pages over made-up data, to look at them without a Worker: `node testing/fixture-server.ts PORT [EVENTS]`. */
const port = Number(process.argv[2] ?? 4321);
/** A copy can be named, since others may build anew meanwhile. */
const built = process.env.SPECWRIGHT_BUILD_DIR ?? join(import.meta.dirname, '../build');
const frame = (value: object) => JSON.stringify(poisoned ? poison(value) : value);

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

server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));
