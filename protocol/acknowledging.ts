import type { PageUp } from './page-frame.ts';

/** A run ends a socket with more than 1,000 events open; each word to it wakes its object. */
const EVERY_EVENTS = 100;
const [SOONEST_MS, LATEST_MS] = [250, 750];

/**
 * Tells a run what a reader of its events has folded: after 100 events, or a quarter to three quarters of a second after the first of
 * fewer, so that a hundred pages do not all answer at once.
 */
export class Acknowledging {
  private readonly say: (message: string) => void;
  private acked = 0;
  private seq = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (message: string) => void) {
    this.say = say;
  }

  /** A socket has opened; the run knows that all up to here is folded. */
  begin(seq: number): void {
    this.end();
    this.acked = seq;
    this.seq = seq;
  }

  /** All up to here is folded. */
  folded(seq: number): void {
    this.seq = Math.max(seq, this.seq);
    if (this.seq - this.acked >= EVERY_EVENTS) this.tell();
    else if (this.seq > this.acked) this.timer ??= setTimeout(() => this.tell(), SOONEST_MS + Math.random() * (LATEST_MS - SOONEST_MS));
  }

  /** The socket is closed: nothing more is said. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private tell(): void {
    this.end();
    this.acked = this.seq;
    this.say(JSON.stringify({ type: 'ack', seq: this.seq } satisfies PageUp));
  }
}
