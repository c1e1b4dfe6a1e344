import type { PageDown } from '@specwright/protocol/page-frame.ts';
import { type Connection, KeptSocket } from './kept-socket.ts';

export type { Connection } from './kept-socket.ts';

export interface RunSocketOptions {
  /** The address to open; asked anew for each socket, since it names the last number seen. */
  address: () => string;
  lastSeen: () => number;
  onFrame: (frame: PageDown) => void;
  onConnection: (connection: Connection) => void;
  /** Between 0 and 1. */
  random: () => number;
}

const ACK_EVERY_EVENTS = 100;
const ACK_EVERY_MS = 400;

/** One run's socket, kept open: live with its greeting, and what it has brought is acknowledged. */
export class RunSocket {
  private acked = 0;
  private ackTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly socket: KeptSocket;
  private readonly options: RunSocketOptions;

  constructor(options: RunSocketOptions) {
    this.options = options;
    const { address, onConnection, random } = options;
    this.socket = new KeptSocket({ address, onConnection, random, onText: (text) => this.read(text) });
  }

  /** Opens the socket now, whatever was tried before: also the "Reconnect" button. */
  open(): void {
    this.socket.open();
  }

  /** Ends this socket and opens one that goes on from the last number seen. */
  reopen(): void {
    this.socket.reopen();
  }

  /** Tries again at once where a retry is pending: the network came back, or the tab to the front. */
  hurry(): void {
    this.socket.hurry();
  }

  close(): void {
    this.forgetAck();
    this.socket.close();
  }

  private read(text: string): void {
    const frame = JSON.parse(text) as PageDown;
    if (frame.type === 'greeting') this.greeted();
    this.options.onFrame(frame);
    this.acknowledge();
  }

  private greeted(): void {
    this.forgetAck();
    this.acked = this.options.lastSeen();
    this.socket.live();
  }

  private acknowledge(): void {
    const seen = this.options.lastSeen();
    if (seen - this.acked >= ACK_EVERY_EVENTS) this.ackNow();
    else if (seen > this.acked && this.ackTimer === undefined) this.ackTimer = setTimeout(() => this.ackNow(), ACK_EVERY_MS);
  }

  private ackNow(): void {
    this.forgetAck();
    this.acked = this.options.lastSeen();
    this.socket.send(JSON.stringify({ type: 'ack', seq: this.acked }));
  }

  private forgetAck(): void {
    clearTimeout(this.ackTimer);
    this.ackTimer = undefined;
  }
}
