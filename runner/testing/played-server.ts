import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLAIM_HEADER, CLAIM_HEARD, readClaimHeader } from '@specwright/protocol/claim-header.ts';
import type { RunnerDown } from '@specwright/protocol/runner-down.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { type Claim, type FactsFrame, type RunnerUp, runnerUpSchema } from '@specwright/protocol/runner-up.ts';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuseUpgrade } from './callers-that-die.ts';

/** A real server of sockets that says what a test wants said. */
export interface PlayedServer {
  url: string;
  /** Every text that came to it, in any frame, body, path or header. */
  heard(): string;
  /** How many connections were opened to it. */
  connections(): number;
  /** The next socket that a runner opens. */
  socket(): Promise<PlayedSocket>;
  close(): Promise<void>;
}

export interface PlayedSocket {
  say(message: RunnerDown): void;
  /** The next message. */
  first(): Promise<RunnerUp>;
  /** The next message of this type; those before it are passed over. */
  next<T extends RunnerUp['type']>(type: T): Promise<Extract<RunnerUp, { type: T }>>;
  /** Confirms facts until one of this kind has come; answers all that came, with their numbers. */
  facts(kind: RunnerFact['kind']): Promise<{ number: number; fence: number; fact: RunnerFact }[]>;
  /** Settles when so many pings have come on it and were answered. */
  pinged(times: number): Promise<void>;
  /** Cuts the connection as a broken network would. */
  cut(): void;
  closed: Promise<void>;
}

/**
 * @param refuse an HTTP status with which every socket is refused.
 * @param hearsOpenings false: as a server of before, which does not know that a claim may come with a socket's opening.
 * Any other call than for a socket is answered with an empty result.
 */
export async function playedServer({ refuse = null as number | null, hearsOpenings = true } = {}): Promise<PlayedServer> {
  const heard: string[] = [];
  const http = createServer((request, response) => {
    heard.push(request.url ?? '', ...request.rawHeaders);
    request.on('data', (part) => heard.push(String(part))).on('end', () => response.end(NO_MESSAGES));
  });
  let connections = 0;
  http.on('connection', () => {
    connections += 1;
  });
  const sockets = new WebSocketServer({ noServer: true });
  const opened = makeQueue<PlayedSocket>();
  http.on('upgrade', (request, stream, head) => {
    heard.push(request.url ?? '', ...request.rawHeaders.map((text) => decodeURIComponent(text)));
    if (refuse !== null) return refuseUpgrade(stream, refuse);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('message', (data) => heard.push(String(data)));
      opened.put(playedSocket(socket, claimIn(request)));
    });
  });
  const claimIn = ({ headers }: IncomingMessage) => (hearsOpenings ? readClaimHeader(String(headers[CLAIM_HEADER])) : null);
  sockets.on('headers', (headers, request) => claimIn(request) && headers.push(`${CLAIM_HEADER}: ${CLAIM_HEARD}`));
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    heard: () => heard.join('\n'),
    connections: () => connections,
    socket: () => opened.take(),
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      http.close();
    },
  };
}

const NO_MESSAGES = JSON.stringify({ success: true, errors: [], messages: [], result: { message_backlog_count: 0, messages: [] } });

function playedSocket(socket: WebSocket, claim: Claim | null): PlayedSocket {
  const heard = makeQueue<RunnerUp>();
  const pings = makeQueue<'ping'>();
  if (claim) heard.put(claim);
  socket.on('message', (data) => {
    const text = String(data);
    if (text === 'ping') {
      socket.send('pong');
      pings.put('ping');
    } else heard.put(runnerUpSchema.parse(JSON.parse(text)));
  });
  const say = (message: RunnerDown) => socket.send(JSON.stringify(message));
  const next: PlayedSocket['next'] = async (type) => {
    for (;;) {
      const message = await heard.take();
      if (message.type === type) return message as Extract<RunnerUp, { type: typeof type }>;
    }
  };
  return {
    say,
    first: heard.take,
    next,
    async facts(kind) {
      const all: Awaited<ReturnType<PlayedSocket['facts']>> = [];
      while (!all.some(({ fact }) => fact.kind === kind)) {
        const frame = await next('facts');
        all.push(...numbered(frame));
        say({ type: 'confirmed', fence: frame.fence, upTo: frame.last });
      }
      return all;
    },
    async pinged(times) {
      for (let left = times; left > 0; left--) await pings.take();
    },
    cut: () => socket.terminate(),
    closed: new Promise((done) => socket.once('close', () => done())),
  };
}

export function numbered(frame: FactsFrame): { number: number; fence: number; fact: RunnerFact }[] {
  return frame.facts.map((fact, index) => ({ number: frame.first + index, fence: frame.fence, fact }));
}

function makeQueue<T>() {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    put(item: T) {
      const taker = takers.shift();
      if (taker) taker(item);
      else items.push(item);
    },
    take(): Promise<T> {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(item);
    },
  };
}
