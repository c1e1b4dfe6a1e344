import type { PageDown } from '@specwright/protocol/page-frame.ts';
import { retryDelayMs, TRIES_BEFORE_GIVING_UP } from './retry-delay.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'given_up';

export interface RunSocketOptions {
  /** The address to open; asked anew for each socket, since it names the last number seen. */
  address: () => string;
  lastSeen: () => number;
  onFrame: (frame: PageDown) => void;
  onConnection: (connection: Connection) => void;
  /** Between 0 and 1. */
  random: () => number;
}

const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 10_000;
const ACK_EVERY_EVENTS = 100;
const ACK_EVERY_MS = 400;

/**
 * One run's socket, kept open: opened with the last number seen, opened again with growing pauses when it is lost, given up
 * after a while. What it carries is folded elsewhere; a socket that dies loses nothing.
 */
export class RunSocket {
  private socket: WebSocket | null = null;
  private tries = 0;
  private acked = 0;
  private closed = false;
  private wasLive = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly options: RunSocketOptions;

  constructor(options: RunSocketOptions) {
    this.options = options;
  }

  /** Opens the socket now, whatever was tried before: also the "Reconnect" button. */
  open(): void {
    this.closed = false;
    this.tries = 0;
    this.connect();
  }

  /** Ends this socket and opens one that goes on from the last number seen. */
  reopen(): void {
    this.connect();
  }

  /** Tries again at once where a retry is pending: the network came back, or the tab to the front. */
  hurry(): void {
    if (!this.closed && this.socket === null) this.open();
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private connect(): void {
    this.drop();
    this.options.onConnection(this.wasLive ? 'lost' : 'connecting');
    const socket = new WebSocket(this.options.address());
    this.socket = socket;
    socket.onmessage = (message) => this.socket === socket && this.read(message.data);
    socket.onclose = () => this.socket === socket && this.lost();
    this.expectWithin(OPEN_WITHIN_MS);
  }

  private read(data: unknown): void {
    this.stay();
    if (typeof data !== 'string' || data === 'pong') return;
    const frame = JSON.parse(data) as PageDown;
    if (frame.type === 'greeting') this.live();
    this.options.onFrame(frame);
    this.acknowledge();
  }

  private live(): void {
    this.tries = 0;
    this.wasLive = true;
    this.acked = this.options.lastSeen();
    this.options.onConnection('live');
  }

  private lost(): void {
    this.drop();
    if (this.closed) return;
    if (this.tries >= TRIES_BEFORE_GIVING_UP) {
      this.options.onConnection('given_up');
      return;
    }
    this.options.onConnection(this.wasLive || this.tries > 0 ? 'lost' : 'connecting');
    this.retryTimer = setTimeout(() => this.connect(), retryDelayMs(this.tries++, this.options.random()));
  }

  /** Any word from the server is a sign of life; the next ping waits from here. */
  private stay(): void {
    clearTimeout(this.silenceTimer);
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => {
      this.send('ping');
      this.expectWithin(PONG_WITHIN_MS);
    }, PING_EVERY_MS);
  }

  private expectWithin(ms: number): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => this.lost(), ms);
  }

  private acknowledge(): void {
    const seen = this.options.lastSeen();
    if (seen - this.acked >= ACK_EVERY_EVENTS) this.ackNow();
    else if (seen > this.acked && this.ackTimer === undefined) this.ackTimer = setTimeout(() => this.ackNow(), ACK_EVERY_MS);
  }

  private ackNow(): void {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
    this.acked = this.options.lastSeen();
    this.send(JSON.stringify({ type: 'ack', seq: this.acked }));
  }

  private send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  private drop(): void {
    for (const timer of [this.retryTimer, this.ackTimer, this.silenceTimer, this.pingTimer]) clearTimeout(timer);
    this.ackTimer = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
