import type { RunView } from '@specwright/protocol/api.ts';
import { type PageDown, pageUpSchema, REVOKED } from '@specwright/protocol/page-frame.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import type { TextFrame } from '@specwright/protocol/runner-up.ts';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';

import { stillAllowed, type Watcher } from './page-authority.ts';
import { PageGate } from './page-gate.ts';

export const PAGE_TAG = 'page';
const GAPLESS = 2_000;
const UNACKNOWLEDGED = 1_000;
/** Sockets of one person to one run. */
const MOST_OF_ONE = 50;
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

/** What is kept with a socket through hibernation. */
interface Attachment {
  acked: number;
  watcher: Watcher;
  authorisedAt: number;
}

interface Options {
  batchMs: number;
  build: string;
  db: D1Database;
  /** Nothing is said to a page whose right was looked at longer ago. */
  authorityMs: number;
}

/** The pages that watch a run. The first event of a burst goes at once; what follows within the batch time goes together, at the latest with the run's end. */
export class PageSockets {
  private readonly ctx: DurableObjectState;
  private readonly log: Log;
  private readonly options: Options;
  private readonly gate: PageGate;
  private readonly acked = new WeakMap<WebSocket, { seq: number; kept: number }>();
  /** Asked of the platform once in a life of the object: with a hundred pages each asking costs more than the sending of an event. */
  private sockets: Set<WebSocket> | null = null;
  private waiting: StoredEvent[] = [];
  private batching = false;

  constructor(ctx: DurableObjectState, log: Log, options: Options) {
    this.ctx = ctx;
    this.log = log;
    this.options = options;
    this.gate = new PageGate(() => this.look(), options.authorityMs);
  }

  get isWatched(): boolean {
    for (const socket of this.all()) if (socket.readyState === WebSocket.OPEN) return true;
    return false;
  }

  /** Says whether a socket is a page's. */
  has(socket: WebSocket): boolean {
    return this.acked.has(socket) || this.ctx.getTags(socket).includes(PAGE_TAG);
  }

  /** Takes a page in: a greeting, then every event since the last it saw, or the state when that is too far back. */
  join(socket: WebSocket, since: number | null, watcher: Watcher, authorisedAt: number): void {
    this.flush();
    if (this.isWatched) this.gate.joined(authorisedAt, this.oldest());
    else this.gate.begin(authorisedAt);
    this.ctx.acceptWebSocket(socket, [PAGE_TAG]);
    this.all().add(socket);
    const { id: runId, seq } = this.log.state();
    socket.serializeAttachment({ acked: seq, watcher, authorisedAt } satisfies Attachment);
    this.acked.set(socket, { seq, kept: seq });
    say(socket, { type: 'greeting', build: this.options.build, wire: WIRE_VERSION, runId, seq });
    if (since === null || since > seq || seq - since > GAPLESS) say(socket, { type: 'state', ...this.log.view() });
    else for (let at = since; at < seq; at += CATCH_UP) say(socket, { type: 'events', events: this.log.events(at, CATCH_UP) });
  }

  broadcast(events: StoredEvent[]): void {
    if (events.length === 0 || !this.isWatched) return;
    this.waiting.push(...events);
    // Nothing follows the end that could go with it.
    if (this.batching && !isAtRest(this.log.state())) return;
    this.flush();
    if (!this.batching) this.batch();
  }

  text(frame: TextFrame): void {
    const pages = this.open();
    if (pages.length === 0) return;
    const message = JSON.stringify(frame);
    this.pass(() => {
      for (const page of pages) send(page, message);
    });
  }

  /** Somebody lost a right: who watches is looked at now. */
  async recheck(): Promise<void> {
    if (this.isWatched) await this.gate.lookNow(Date.now());
  }

  /** Says whether this person may open one more socket. */
  hasRoomFor(userId: string): boolean {
    return this.open().filter((page) => attachmentOf(page)?.watcher?.userId === userId).length < MOST_OF_ONE;
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
    // Those who are there now: who joins while this waits is told of it by the log.
    const pages = this.open();
    this.pass(() => {
      for (const page of pages) {
        if (page.readyState !== WebSocket.OPEN) continue;
        if (last - this.ackOf(page).seq <= UNACKNOWLEDGED + events.length) send(page, message);
        else resync(page);
      }
    });
  }

  private pass(deliver: () => void): void {
    this.gate.pass(deliver, Date.now(), () => this.oldest());
  }

  private oldest(): number {
    return Math.min(...this.open().map((page) => attachmentOf(page)?.authorisedAt ?? 0));
  }

  private async look(): Promise<void> {
    const pages = this.open();
    const watchers = pages.map((page) => attachmentOf(page)?.watcher ?? NOBODY);
    try {
      const allowed = await stillAllowed(this.options.db, this.log.state(), watchers, Date.now());
      for (const [at, page] of pages.entries()) if (!allowed.has(at)) page.close(REVOKED, 'revoked');
    } catch (error) {
      // Who cannot be asked about hears nothing: the page comes again, and is asked by the Worker.
      console.error(JSON.stringify({ level: 'error', event: 'recheck_failed', message: String(error) }));
      for (const page of pages) page.close(1013, 'try again');
    }
  }

  private keep(page: WebSocket, seq: number): void {
    page.serializeAttachment({ ...attachmentOf(page), acked: seq });
    this.acked.set(page, { seq, kept: seq });
  }

  private ackOf(page: WebSocket): { seq: number; kept: number } {
    const known = this.acked.get(page);
    if (known !== undefined) return known;
    const seq = attachmentOf(page)?.acked ?? 0;
    const read = { seq, kept: seq };
    this.acked.set(page, read);
    return read;
  }

  private open(): WebSocket[] {
    const open: WebSocket[] = [];
    for (const socket of this.all()) {
      if (socket.readyState === WebSocket.OPEN) open.push(socket);
      else this.all().delete(socket);
    }
    return open;
  }

  private all(): Set<WebSocket> {
    this.sockets ??= new Set(this.ctx.getWebSockets(PAGE_TAG));
    return this.sockets;
  }
}

const NOBODY: Watcher = { userId: '', sessionId: null, keyId: null };

function attachmentOf(page: WebSocket): Attachment | null {
  return page.deserializeAttachment() as Attachment | null;
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
