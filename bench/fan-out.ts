import { Acknowledging } from '@specwright/protocol/acknowledging.ts';
import WebSocket, { type ClientOptions, WebSocketServer } from 'ws';
import { startRun } from '../tests/support/deployment.ts';
import { bareObject } from './bare-object.ts';
import { benchServer, benchSpec } from './embedded-server.ts';
import { type Figure, percentile } from './figure.ts';
import { people, type Signed } from './people.ts';
import { playedRunner } from './played-runner.ts';

const SOCKETS = 100;
/** One person may hold no more sockets to a run. */
const OF_ONE = 50;
const EVENTS = 200;
/** Characters. */
const LIKE_AN_EVENT = 200;

/** One event to 100 open sockets: from the runner's send to the last client's arrival; beside it a bare object of the platform and a bare server. */
export async function fanOut(): Promise<Figure[]> {
  const server = await benchServer();
  try {
    const runId = await startRun(server.client, (await benchSpec(server.client, 2)).id);
    const lease = await (await playedRunner(server.client)).claim(runId);
    const url = `${server.client.url.replace('http', 'ws')}/api/runs/${runId}/socket?since=1000000`;
    const watchers = await people(server.client, (2 * SOCKETS) / OF_ONE);
    const half = watchers.length / 2;
    const notice = (mark: string) => lease.send([{ kind: 'noticed', atMs: 0, jobId: null, level: 'info', message: mark }]);
    const ours = await overSockets(url, optionsOf(watchers.slice(0, half), false), notice);
    const deflated = await overSockets(url, optionsOf(watchers.slice(half), true), notice);
    lease.close();
    const object = await overBareObject();
    const bare = await bareServer();
    return [
      { name: 'one event to 100 sockets, last client, p50', value: percentile(ours, 0.5), unit: 'ms' },
      { name: 'one event to 100 sockets, last client, p99', value: percentile(ours, 0.99), unit: 'ms', limit: 10 },
      { name: 'the same, each frame compressed for each socket, p50', value: percentile(deflated, 0.5), unit: 'ms' },
      { name: 'floor: a bare Durable Object that stores and sends it, last client, p50', value: percentile(object, 0.5), unit: 'ms' },
      { name: 'floor: the same, last client, p99', value: percentile(object, 0.99), unit: 'ms' },
      { name: 'floor: a bare WebSocket server, last client, p50', value: percentile(bare, 0.5), unit: 'ms' },
      { name: 'floor: a bare WebSocket server, last client, p99', value: percentile(bare, 0.99), unit: 'ms' },
    ];
  } finally {
    await server.stop();
  }
}

/** For each socket its own. */
function optionsOf(watchers: Signed[], perMessageDeflate: boolean): ClientOptions[] {
  return watchers.flatMap((headers) => Array.from({ length: OF_ONE }, () => ({ headers: { ...headers }, perMessageDeflate })));
}

interface Arrivals {
  /** Resolves when every socket has received a message that holds the mark. */
  all(mark: string): Promise<void>;
  close(): void;
}

async function overSockets(url: string, options: ClientOptions[], send: (mark: string) => void): Promise<number[]> {
  const arrivals = await openSockets(url, options);
  const samples = await measure(arrivals, send);
  arrivals.close();
  return samples;
}

async function openSockets(url: string, options: ClientOptions[]): Promise<Arrivals> {
  let waiting: { mark: string; left: number; done: () => void } | null = null;
  const sockets = options.map((one) => new WebSocket(url, one));
  await Promise.all(sockets.map((socket) => new Promise((open, failed) => socket.once('open', open).once('error', failed))));
  for (const socket of sockets) {
    // As a page does.
    const acknowledging = new Acknowledging((message) => socket.send(message));
    socket.on('close', () => acknowledging.end());
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      const seq = text.lastIndexOf('"seq":');
      if (seq >= 0) acknowledging.folded(Number.parseInt(text.slice(seq + 6), 10));
      if (!waiting || !text.includes(waiting.mark)) return;
      waiting.left -= 1;
      if (waiting.left === 0) waiting.done();
    });
  }
  return {
    all: (mark) =>
      new Promise((done) => {
        waiting = { mark, left: SOCKETS, done };
      }),
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** Events 60 ms apart: each is the first of its burst. */
async function measure(arrivals: Arrivals, send: (mark: string) => void): Promise<number[]> {
  const samples: number[] = [];
  for (let i = 0; i < EVENTS + 20; i++) {
    const mark = `mark-${i}-`;
    const all = arrivals.all(mark);
    const startedAt = performance.now();
    send(mark);
    await all;
    if (i >= 20) samples.push(performance.now() - startedAt);
    await new Promise((done) => setTimeout(done, 60));
  }
  return samples;
}

async function overBareObject(): Promise<number[]> {
  const object = await bareObject();
  const options = Array.from({ length: SOCKETS }, () => ({ perMessageDeflate: false }));
  const samples = await overSockets(object.url, options, (mark) => object.send(mark.padEnd(LIKE_AN_EVENT, '.')));
  await object.stop();
  return samples;
}

async function bareServer(): Promise<number[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((done) => server.once('listening', done));
  const samples = await overSockets(
    `ws://127.0.0.1:${(server.address() as { port: number }).port}`,
    Array.from({ length: SOCKETS }, () => ({})),
    (mark) => {
      for (const client of server.clients) client.send(mark.padEnd(LIKE_AN_EVENT, '.'));
    },
  );
  server.close();
  return samples;
}
