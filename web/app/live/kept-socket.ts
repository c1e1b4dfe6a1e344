import { retryDelayMs, TRIES_BEFORE_GIVING_UP } from './retry-delay.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'given_up';

export interface KeptSocketOptions {
  /** The address to open; asked anew for each socket, since it names the last number seen. */
  address: () => string;
  onOpen?: () => void;
  onText: (text: string) => void;
  onConnection: (connection: Connection) => void;
  /** Its person may no longer see this. Left out: tried again like any other end. */
  onRevoked?: () => void;
  /** Between 0 and 1. */
  random: () => number;
}

/** REVOKED of the protocol's page-frame.ts, which stands beside a validator that no page needs. */
const REVOKED = 4003;
const PING_EVERY_MS = 20_000;
const PONG_WITHIN_MS = 10_000;
const OPEN_WITHIN_MS = 10_000;

/**
 * A socket that is kept open: opened again with growing pauses when it is lost, given up after a while. Its owner says when
 * it is live. What it carries is folded elsewhere; a socket that dies loses nothing.
 */
export class KeptSocket {
  private socket: WebSocket | null = null;
  private tries = 0;
  private closed = false;
  private wasLive = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly options: KeptSocketOptions;

  constructor(options: KeptSocketOptions) {
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

  /** The other end has shown that it is who it should be. */
  live(): void {
    this.stay();
    this.tries = 0;
    this.wasLive = true;
    this.options.onConnection('live');
  }

  send(text: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  private connect(): void {
    this.drop();
    this.options.onConnection(this.wasLive ? 'lost' : 'connecting');
    const socket = new WebSocket(this.options.address());
    this.socket = socket;
    socket.onopen = () => this.socket === socket && this.options.onOpen?.();
    socket.onmessage = (message) => this.socket === socket && this.read(message.data);
    socket.onclose = ({ code }) => this.socket === socket && this.ended(code);
    this.expectWithin(OPEN_WITHIN_MS);
  }

  private read(data: unknown): void {
    this.stay();
    if (typeof data === 'string' && data !== 'pong') this.options.onText(data);
  }

  private ended(code: number): void {
    const { onRevoked } = this.options;
    if (code === REVOKED && onRevoked) {
      this.close();
      onRevoked();
    } else this.lost();
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

  private drop(): void {
    for (const timer of [this.retryTimer, this.silenceTimer, this.pingTimer]) clearTimeout(timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
