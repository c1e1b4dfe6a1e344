import { REVOKED } from '@specwright/protocol/page-frame.ts';
import type { WorkerEvent } from '@specwright/protocol/workers-api.ts';
import { PageGate } from '../spec-run/page-gate.ts';
import { closedTo, type FeedWatcher } from './feed-watchers.ts';

const FEED = 'feed';
/** At most this many watchers of one person. */
export const WATCHERS_EACH = 50;

/** What is kept with a socket through hibernation. */
interface Attachment extends FeedWatcher {
  /** Projects that are closed to them. */
  closed: string[];
  /** They look at another page, and only count. */
  counts: boolean;
  /** When `closed` was looked at. */
  authorisedAt: number;
}

/** They who watch, each with what they may see. Nothing is said to one whose right was looked at longer ago than `authorityMs`. */
export class FeedSockets {
  private readonly ctx: DurableObjectState;
  private readonly db: D1Database;
  private readonly gate: PageGate;

  constructor(ctx: DurableObjectState, db: D1Database, authorityMs: number) {
    this.ctx = ctx;
    this.db = db;
    this.gate = new PageGate(() => this.look(), authorityMs);
  }

  get isWatched(): boolean {
    return this.open().length > 0;
  }

  hasRoomFor(userId: string): boolean {
    return this.ctx.getWebSockets(`feed:${userId}`).length < WATCHERS_EACH;
  }

  /** Lets one in, who is told `first()` at once. */
  async join(watcher: FeedWatcher, counts: boolean, first: () => WorkerEvent[]): Promise<Response> {
    const authorisedAt = Date.now();
    const [closed] = await closedTo(this.db, [watcher], authorisedAt);
    if (!closed) return new Response(null, { status: 404 });
    const { 0: client, 1: socket } = new WebSocketPair();
    if (this.isWatched) this.gate.joined(authorisedAt, this.oldest());
    else this.gate.begin(authorisedAt);
    this.ctx.acceptWebSocket(socket, [FEED, `feed:${watcher.userId}`]);
    const attachment: Attachment = { ...watcher, closed: [...closed], counts, authorisedAt };
    socket.serializeAttachment(attachment);
    for (const event of first()) tellOne(socket, attachment, textsOf(event));
    return new Response(null, { status: 101, webSocket: client });
  }

  /** @param counted it changes what they who only count see. */
  send(event: WorkerEvent, counted = true): void {
    const sockets = this.open();
    if (sockets.length === 0) return;
    const texts = counted ? textsOf(event) : { ...textsOf(event), counts: null };
    const deliver = () => {
      for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) tellOne(socket, attachmentOf(socket), texts);
    };
    this.gate.pass(deliver, Date.now(), () => this.oldest());
  }

  /** Somebody lost a right, or a project was closed or opened: everybody who watches is looked at now. */
  async recheck(): Promise<void> {
    if (this.isWatched) await this.gate.lookNow(Date.now());
  }

  private async look(): Promise<void> {
    const [sockets, authorisedAt] = [this.open(), Date.now()];
    const watchers = sockets.map(attachmentOf);
    try {
      const closed = await closedTo(this.db, watchers, authorisedAt);
      sockets.forEach((socket, at) => {
        const own = closed[at];
        if (own) socket.serializeAttachment({ ...attachmentOf(socket), closed: [...own], authorisedAt } satisfies Attachment);
        else socket.close(REVOKED, 'You may no longer see this.');
      });
    } catch (error) {
      // Who cannot be asked about hears nothing: they come again, and are asked by the Worker.
      console.error(JSON.stringify({ level: 'error', event: 'recheck_failed', message: String(error) }));
      for (const socket of sockets) socket.close(1013, 'try again');
    }
  }

  private oldest(): number {
    return Math.min(...this.open().map((socket) => attachmentOf(socket).authorisedAt ?? 0));
  }

  private open(): WebSocket[] {
    return this.ctx.getWebSockets(FEED).filter((socket) => socket.readyState === WebSocket.OPEN);
  }
}

function attachmentOf(socket: WebSocket): Attachment {
  return socket.deserializeAttachment() as Attachment;
}

interface Texts {
  projectId: string;
  whole: string;
  /** For those who only count; null: it says nothing to them. */
  counts: string | null;
}

function textsOf(event: WorkerEvent): Texts {
  const whole = JSON.stringify(event);
  const counts = event.event === 'queue_updated' ? JSON.stringify({ ...event, data: { ...event.data, items: [] } }) : null;
  return { projectId: event.data.projectId, whole, counts };
}

function tellOne(socket: WebSocket, { closed, counts }: Attachment, texts: Texts): void {
  const text = counts ? texts.counts : texts.whole;
  if (text !== null && !closed.includes(texts.projectId)) socket.send(text);
}
