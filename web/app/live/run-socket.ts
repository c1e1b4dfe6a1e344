import { Acknowledging } from '@specwright/protocol/acknowledging.ts';
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

/** One run's socket, kept open: live with its greeting, and what it has brought is acknowledged. */
export class RunSocket {
  private readonly acknowledging = new Acknowledging((message) => this.socket.send(message));
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
    this.acknowledging.end();
    this.socket.close();
  }

  private read(text: string): void {
    const frame = JSON.parse(text) as PageDown;
    if (frame.type === 'greeting') this.greeted();
    this.options.onFrame(frame);
    this.acknowledging.folded(this.options.lastSeen());
  }

  private greeted(): void {
    this.acknowledging.begin(this.options.lastSeen());
    this.socket.live();
  }
}
