import type { RunView } from '@specwright/protocol/api.ts';
import { type PageDown, pageUpSchema } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { TextFrame } from '@specwright/protocol/runner-up.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';

export const PAGE_TAG = 'page';
const GAPLESS = 2_000;
const UNACKNOWLEDGED = 1_000;
/** What a page acknowledged is kept through hibernation in steps of this: each keeping is a structured clone. */
const KEEP_EVERY = 250;
/** As programs write it: parsing a schema for each page and event costs more than sending the event. */
const PLAIN_ACK = /^\{"type":"ack","seq":(\d{1,15})\}$/;
/** Events a frame, when a page catches up. */
const CATCH_UP = 500;

interface Log {
  state(): RunState;
  events(after: number, limit: number): StoredEvent[];
  view(): RunView;
}

/** The pages that watch a run. The first event of a burst goes at once; what follows within the batch time goes together. */
export class PageSockets {
  private readonly ctx: DurableObjectState;
  private readonly log: Log;
  private readonly options: { batchMs: number; build: string };
  private readonly acked = new WeakMap<WebSocket, { seq: number; kept: number }>();
  private waiting: StoredEvent[] = [];
  private batching = false;

  constructor(ctx: DurableObjectState, log: Log, options: { batchMs: number; build: string }) {
    this.ctx = ctx;
    this.log = log;
    this.options = options;
  }

  get isWatched(): boolean {
    return this.open().length > 0;
  }

  /** Says whether a socket is a page's. */
  has(socket: WebSocket): boolean {
    return this.acked.has(socket) || this.ctx.getTags(socket).includes(PAGE_TAG);
  }

  /** Takes a page in: a greeting, then every event since the last it saw, or the state when that is too far back. */
  join(socket: WebSocket, since: number | null): void {
    this.flush();
    this.ctx.acceptWebSocket(socket, [PAGE_TAG]);
    const { id: runId, seq } = this.log.state();
    this.keep(socket, seq);
    say(socket, { type: 'greeting', build: this.options.build, wire: WIRE_VERSION, runId, seq });
    if (since === null || since > seq || seq - since > GAPLESS) say(socket, { type: 'state', ...this.log.view() });
    else for (let at = since; at < seq; at += CATCH_UP) say(socket, { type: 'events', events: this.log.events(at, CATCH_UP) });
  }

  broadcast(events: StoredEvent[]): void {
    if (events.length === 0 || !this.isWatched) return;
    this.waiting.push(...events);
    if (this.batching) return;
    this.flush();
    this.batch();
  }

  text(frame: TextFrame): void {
    const message = JSON.stringify(frame);
    for (const page of this.open()) send(page, message);
  }

  /** A page says what it has folded; anything else it says is ignored. */
  hear(socket: WebSocket, message: string): void {
    const seq = readAck(message);
    if (seq === null) return;
    const known = this.ackOf(socket);
    known.seq = seq;
    if (seq - known.kept >= KEEP_EVERY) this.keep(socket, seq);
  }

  closeAll(reason: string): void {
    for (const page of this.open()) page.close(1000, reason);
  }

  private batch(): void {
    this.batching = true;
    setTimeout(() => {
      this.batching = false;
      if (this.waiting.length === 0) return;
      this.flush();
      this.batch();
    }, this.options.batchMs);
  }

  private flush(): void {
    const events = this.waiting;
    if (events.length === 0) return;
    this.waiting = [];
    const last = events.at(-1)?.seq ?? 0;
    const message = JSON.stringify({ type: 'events', events } satisfies PageDown);
    for (const page of this.open()) {
      if (last - this.ackOf(page).seq <= UNACKNOWLEDGED + events.length) send(page, message);
      else resync(page);
    }
  }

  private keep(page: WebSocket, seq: number): void {
    page.serializeAttachment({ acked: seq });
    this.acked.set(page, { seq, kept: seq });
  }

  private ackOf(page: WebSocket): { seq: number; kept: number } {
    const known = this.acked.get(page);
    if (known !== undefined) return known;
    const seq = (page.deserializeAttachment() as { acked: number } | null)?.acked ?? 0;
    const read = { seq, kept: seq };
    this.acked.set(page, read);
    return read;
  }

  private open(): WebSocket[] {
    return this.ctx.getWebSockets(PAGE_TAG).filter((socket) => socket.readyState === WebSocket.OPEN);
  }
}

function readAck(message: string): number | null {
  const plain = PLAIN_ACK.exec(message);
  if (plain !== null) return Number(plain[1]);
  const parsed = pageUpSchema.safeParse(parse(message));
  return parsed.success ? parsed.data.seq : null;
}

// A page that does not keep up is better served anew than from a queue that only grows.
function resync(page: WebSocket): void {
  say(page, { type: 'resync' });
  page.close(4000, 'resync');
}

function say(socket: WebSocket, frame: PageDown): void {
  send(socket, JSON.stringify(frame));
}

function send(socket: WebSocket, message: string): void {
  try {
    socket.send(message);
  } catch {
    // It closed in the meantime: the page opens another with the last number it saw.
  }
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}
