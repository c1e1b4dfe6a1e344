import { Acknowledging } from '@specwright/protocol/acknowledging.ts';
import WebSocket, { WebSocketServer } from 'ws';
import { startRun } from '../tests/support/deployment.ts';
import { bareObject } from './bare-object.ts';
import { benchServer, benchSpec } from './embedded-server.ts';
import { type Figure, percentile } from './figure.ts';
import { type Hear, type LeanSocket, leanSocket } from './lean-socket.ts';
import { people, type Signed } from './people.ts';
import { playedRunner } from './played-runner.ts';

const SOCKETS = 100;
/** One person may hold no more sockets to a run. */
const OF_ONE = 50;
/** So many that one pause does not decide p99; a run ends a socket with more than 1,000 unanswered. */
const EVENTS = 500;
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
    const ours = await overSockets(
      eachOf(watchers.slice(0, half), (headers, hear) => leanSocket(url, headers, hear)),
      notice,
    );
    const deflated = await overSockets(
      eachOf(watchers.slice(half), (headers, hear) => deflating(url, headers, hear)),
      notice,
    );
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

type Open = (hear: Hear) => Promise<LeanSocket>;

/** For each socket its own. */
function eachOf(watchers: Signed[], open: (headers: Signed, hear: Hear) => Promise<LeanSocket>): Open[] {
  return watchers.flatMap((headers) => Array.from({ length: OF_ONE }, () => (hear: Hear) => open(headers, hear)));
}

const lean = (url: string): Open[] => Array.from({ length: SOCKETS }, () => (hear: Hear) => leanSocket(url, {}, hear));

/** Asks for compressed frames, as a browser does; takes them apart itself. */
function deflating(url: string, headers: Signed, hear: Hear): Promise<LeanSocket> {
  const socket = new WebSocket(url, { headers, perMessageDeflate: true });
  socket.on('message', (data: Buffer) => hear(data, data.length));
  const watching = { send: (text: string) => socket.send(text), close: () => socket.terminate() };
  return new Promise((open, failed) => socket.once('open', () => open(watching)).once('error', failed));
}

async function overSockets(opens: Open[], send: (mark: string) => void): Promise<number[]> {
  const arrivals = await openSockets(opens);
  const samples = await measure(arrivals, send);
  arrivals.close();
  return samples;
}

interface Arrivals {
  /** Resolves when every socket has received a message that holds the mark. */
  all(mark: string): Promise<void>;
  close(): void;
}

async function openSockets(opens: Open[]): Promise<Arrivals> {
  let waiting: { mark: Buffer; left: number; done: () => void } | null = null;
  const closing: (() => void)[] = [];
  for (const open of opens) {
    // As a page does.
    const acknowledging = new Acknowledging((message) => socket.send(message));
    const socket = await open((bytes, length) => {
      const seq = seqIn(bytes, length);
      if (seq !== null) acknowledging.folded(seq);
      const at = waiting ? bytes.indexOf(waiting.mark) : -1;
      if (!waiting || at < 0 || at >= length) return;
      // The next socket's read may be shorter and leave what stands behind it.
      bytes[at] = 0;
      waiting.left -= 1;
      if (waiting.left === 0) waiting.done();
    });
    closing.push(() => {
      acknowledging.end();
      socket.close();
    });
  }
  return {
    all: (mark) =>
      new Promise((done) => {
        waiting = { mark: Buffer.from(mark), left: SOCKETS, done };
      }),
    close: () => {
      for (const close of closing) close();
    },
  };
}

const SEQ = Buffer.from('"seq":');

/** The last event's number. */
function seqIn(bytes: Buffer, length: number): number | null {
  const at = bytes.subarray(0, length).lastIndexOf(SEQ);
  if (at < 0) return null;
  return Number.parseInt(bytes.toString('latin1', at + SEQ.length, Math.min(at + SEQ.length + 15, length)), 10);
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
  const samples = await overSockets(lean(object.url), (mark) => object.send(mark.padEnd(LIKE_AN_EVENT, '.')));
  await object.stop();
  return samples;
}

async function bareServer(): Promise<number[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((done) => server.once('listening', done));
  const url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
  const samples = await overSockets(lean(url), (mark) => {
    for (const client of server.clients) client.send(mark.padEnd(LIKE_AN_EVENT, '.'));
  });
  server.close();
  return samples;
}
