import type { Agent, IncomingHttpHeaders } from 'node:http';
import WebSocket from 'ws';
import type { Durations } from '../durations.ts';
import type { Identity } from '../identity/identity.ts';
import { isRevoked } from '../identity/server-fault.ts';
import { type Log, messageOf } from '../log.ts';
import { makeBackoff, pause } from './backoff.ts';

/** The longest frame the server may send: a job with its texts. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/** A server that says goodbye is gone by then: what follows (a new socket, a refusal) must not wait for its last packet. */
const CLOSE_MS = 500;

export interface LiveSocketOptions {
  url: string;
  identity: Identity;
  durations: Durations;
  log: Log;
  random(): number;
  /** A ping that is not answered by then ends the socket. PONG_WITHIN_MS where it is not said. */
  pongWithinMs?: number;
  /** Its connections are used again for the socket. */
  agent: Agent;
  /** What the request that opens it says beside the token; asked at each opening. */
  headers?(): Record<string, string>;
  /** The socket is open, for the first time or again; `answered`: the headers of the opening's answer. */
  onOpen(answered: IncomingHttpHeaders): void;
  onText(text: string): void;
  /** A `ping` sent at `sentAt` (monotonic) was answered. */
  onPong?(sentAt: number): void;
  onClosed?(): void;
  /** The server refused the socket with this HTTP status. True: do not come back. */
  onRefused?(status: number): boolean;
  signal: AbortSignal;
}

export interface LiveSocket {
  /** False: the socket is not open and nothing was sent. */
  send(text: string): boolean;
  /** Bytes that wait to be sent. */
  waiting(): number;
  isOpen(): boolean;
  /** Pings each `ms` from now on (PING_MS until this is called). */
  pingEvery(ms: number): void;
  /** Ends when `signal` is aborted or the server refused it for good. */
  ended: Promise<void>;
}

/** A WebSocket that is opened again whenever it closes or no longer answers its pings, until `signal`. */
export function openLiveSocket(options: LiveSocketOptions): LiveSocket {
  let socket: WebSocket | null = null;
  const pace = { ms: options.durations.PING_MS, changed: new AbortController() };
  const ended = keepOpen(options, pace, (its) => {
    socket = its;
  });
  return {
    ended,
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    pingEvery(ms) {
      if (ms === pace.ms) return;
      pace.ms = ms;
      pace.changed.abort();
      pace.changed = new AbortController();
    },
    waiting: () => socket?.bufferedAmount ?? 0,
    send(text) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(text);
      return true;
    },
  };
}

/** How often pings are sent; `changed` ends the wait for the next one. */
interface Pace {
  ms: number;
  changed: AbortController;
}

async function keepOpen(options: LiveSocketOptions, pace: Pace, tell: (socket: WebSocket | null) => void): Promise<void> {
  const { RECONNECT_FIRST_MS, RECONNECT_MOST_MS } = options.durations;
  const backoff = makeBackoff(RECONNECT_FIRST_MS, RECONNECT_MOST_MS, options.random);
  let renewed = false;
  while (!options.signal.aborted) {
    const opened = { pace, tell, reset: () => backoff.reset() };
    const token = await tokenFor(options);
    if (token === 'refused') return;
    const end = token === null ? null : await openOnce(options, token, opened);
    tell(null);
    if (end?.refused === 401 && token !== null && !renewed) {
      // The token may be an old one: only the refusal of a new one is meant for this machine.
      renewed = true;
      options.identity.refused(token);
      continue;
    }
    if (end !== null && end.refused === null) renewed = false;
    if (end !== null && end.refused !== null && options.onRefused?.(end.refused)) return;
    if (!options.signal.aborted) await backoff.wait(options.signal);
  }
}

/** Null: none is to be had now. */
async function tokenFor({ identity, log, onRefused }: LiveSocketOptions): Promise<string | null | 'refused'> {
  try {
    return await identity.token();
  } catch (error) {
    log('warn', 'token_failed', { message: messageOf(error) });
    return isRevoked(error) && onRefused?.(401) ? 'refused' : null;
  }
}

/** One connection, from its opening to its end. */
function openOnce(
  options: LiveSocketOptions,
  token: string,
  its: { pace: Pace; tell(socket: WebSocket): void; reset(): void },
): Promise<{ refused: number | null }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(options.url, {
      headers: { ...options.headers?.(), authorization: `Bearer ${token}` },
      agent: options.agent,
      maxPayload: MAX_FRAME_BYTES,
      handshakeTimeout: options.durations.REQUEST_TIMEOUT_MS,
      perMessageDeflate: false,
      ...{ closeTimeout: CLOSE_MS },
    });
    const done = new AbortController();
    const pings: number[] = [];
    let answered: IncomingHttpHeaders = {};
    let refused: number | null = null;
    const abort = () => socket.close(1000);
    options.signal.addEventListener('abort', abort, { once: true });
    socket.on('unexpected-response', (_request, response) => {
      refused = response.statusCode ?? 0;
      response.resume();
      options.log('warn', 'socket_refused', { url: options.url, status: refused });
      socket.terminate();
    });
    socket.on('upgrade', ({ headers }) => {
      answered = headers;
    });
    socket.on('open', () => {
      its.tell(socket);
      its.reset();
      if (options.signal.aborted) return abort();
      options.onOpen(answered);
      void keepPinging(socket, pings, {
        pace: its.pace,
        pongWithinMs: options.pongWithinMs ?? options.durations.PONG_WITHIN_MS,
        done: done.signal,
      });
    });
    socket.on('message', (data) => {
      const text = String(data);
      if (text !== 'pong') return options.onText(text);
      const sentAt = pings.shift();
      if (sentAt !== undefined) options.onPong?.(sentAt);
    });
    socket.on('error', (error) => options.log('warn', 'socket_error', { url: options.url, message: messageOf(error) }));
    socket.on('close', () => {
      done.abort();
      options.signal.removeEventListener('abort', abort);
      options.onClosed?.();
      resolve({ refused });
    });
  });
}

interface Pinging {
  pace: Pace;
  pongWithinMs: number;
  done: AbortSignal;
}

/** Sends pings; a socket that leaves one unanswered for so long is ended, for a half-open one never closes by itself. */
async function keepPinging(socket: WebSocket, pings: number[], { pace, pongWithinMs, done }: Pinging): Promise<void> {
  for (;;) {
    await pause(pace.ms, AbortSignal.any([done, pace.changed.signal]));
    if (done.aborted) return;
    const sentAt = performance.now();
    pings.push(sentAt);
    socket.send('ping');
    setTimeout(() => {
      if (!done.aborted && pings.includes(sentAt)) socket.terminate();
    }, pongWithinMs).unref();
  }
}
