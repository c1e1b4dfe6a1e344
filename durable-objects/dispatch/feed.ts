import { REVOKED } from '@specwright/protocol/page-frame.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { QueueWait, WorkerEvent } from '@specwright/protocol/workers-api.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState, LiveRun } from './dispatch-state.ts';
import { closedTo, type FeedWatcher } from './feed-watchers.ts';
import { isWorker, queueView, type WorkersView, workerOf, workersView } from './workers-view.ts';

const FEED = 'feed';
/** Changes of queues that come in a burst are sent together after this. */
const QUEUE_BATCH_MS = 40;
/** What a reader who comes again is told of what began and ended meanwhile. */
const KEPT = 1_000;
/** At most this many watchers of one person. */
export const WATCHERS_EACH = 50;

interface Attachment extends FeedWatcher {
  /** Projects that are closed to them. */
  closed: string[];
}

interface Ground {
  ctx: DurableObjectState;
  db: D1Database;
  state(): DispatchState;
  wait(): Map<string, QueueWait>;
}

/**
 * Tells those who watch what becomes of workers and queues. Beginnings and ends are numbered and kept; the rest are states, told whole.
 * Sockets hibernate: what they may see stands in their attachment.
 */
export class Feed {
  private readonly ground: Ground;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** What was last said of each queue; empty after a wake-up: then all are said again. */
  private readonly said = new Map<string, string>();
  private readonly deeds = new Map<string, NonNullable<Extract<WorkerEvent, { event: 'queue_updated' }>['data']['by']>>();

  constructor(ground: Ground) {
    this.ground = ground;
    ground.ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS feed (seq INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, body TEXT NOT NULL)',
    );
  }

  get isWatched(): boolean {
    return this.sockets().length > 0;
  }

  /** Lets one in, and tells it all as it is now, after what it missed above `since`. Null: it watches too often already. */
  async join(watcher: FeedWatcher, since: number | null): Promise<Response | null> {
    const { ctx, db } = this.ground;
    if (ctx.getWebSockets(`feed:${watcher.userId}`).length >= WATCHERS_EACH) return null;
    const [closed] = await closedTo(db, [watcher], Date.now());
    if (!closed) return new Response(null, { status: 404 });
    const { 0: client, 1: socket } = new WebSocketPair();
    ctx.acceptWebSocket(socket, [FEED, `feed:${watcher.userId}`]);
    socket.serializeAttachment({ ...watcher, closed: [...closed] } satisfies Attachment);
    for (const event of [...this.missed(since), ...this.now()]) if (!closed.has(event.data.projectId)) socket.send(JSON.stringify(event));
    return new Response(null, { status: 101, webSocket: client });
  }

  has(socket: WebSocket): boolean {
    return this.ground.ctx.getTags(socket).includes(FEED);
  }

  /** Somebody lost a right, or a project was closed or opened: everybody who watches is looked at again. */
  async recheck(): Promise<void> {
    const sockets = this.sockets();
    if (sockets.length === 0) return;
    const watchers = sockets.map((socket) => socket.deserializeAttachment() as Attachment);
    const closed = await closedTo(this.ground.db, watchers, Date.now());
    sockets.forEach((socket, at) => {
      const own = closed[at];
      if (own) socket.serializeAttachment({ ...(watchers[at] as Attachment), closed: [...own] } satisfies Attachment);
      else socket.close(REVOKED, 'You may no longer see this.');
    });
  }

  /** Says what the change of the tables means to those who watch. */
  changed(before: DispatchState, after: DispatchState, command: DispatchCommand): void {
    const at = command.now;
    if (before.runs !== after.runs) for (const run of Object.values(after.runs)) this.changedRun(before.runs[run.runId], run, at);
    for (const run of Object.values(before.runs)) if (!(run.runId in after.runs)) this.left(run, command);
    this.noteDeed(before, command);
    this.queuesChanged();
  }

  /** Queues may read differently now: said soon, together, and only where they do. */
  queuesChanged(): void {
    if (!this.isWatched || this.timer !== null) return;
    this.timer = setTimeout(() => this.sayQueues(), QUEUE_BATCH_MS);
  }

  private changedRun(before: LiveRun | undefined, after: LiveRun, at: number): void {
    if (before === after || !isWorker(after)) return;
    const began = after.slot && before?.slot !== true;
    const data = () => workerOf(after, after.news, null);
    if (began) this.milestone({ event: 'worker_started', at, data: data() });
    else if (before?.news !== after.news && this.isWatched) this.send({ event: 'worker_progress', seq: null, at, data: data() });
  }

  private left(run: LiveRun, command: DispatchCommand): void {
    const news = command.kind === 'left' && command.news !== null ? command.news : run.news;
    if (!run.slot || news === null || !isAtRest(news)) return;
    const event = news.status === 'completed' ? 'worker_completed' : 'worker_failed';
    this.milestone({ event, at: command.now, data: workerOf({ ...run, slot: false }, news, null) });
  }

  private milestone(event: Omit<Extract<WorkerEvent, { seq: number }>, 'seq'>): void {
    const { sql } = this.ground.ctx.storage;
    const { seq } = sql
      .exec<{ seq: number }>('INSERT INTO feed (project_id, body) VALUES (?, ?) RETURNING seq', event.data.projectId, JSON.stringify(event))
      .one();
    sql.exec('DELETE FROM feed WHERE seq <= ?', seq - KEPT);
    this.send({ ...event, seq } as WorkerEvent);
  }

  private missed(since: number | null): WorkerEvent[] {
    if (since === null) return [];
    const rows = this.ground.ctx.storage.sql.exec<{ seq: number; body: string }>(
      'SELECT seq, body FROM feed WHERE seq > ? ORDER BY seq',
      since,
    );
    return [...rows].map(({ seq, body }) => ({ ...JSON.parse(body), seq }));
  }

  private now(): WorkerEvent[] {
    const at = Date.now();
    const { workers, queues } = this.view();
    return [
      ...workers.map((data): WorkerEvent => ({ event: 'worker_progress', seq: null, at, data })),
      ...queues.map((queue): WorkerEvent => ({ event: 'queue_updated', seq: null, at, data: { ...queue, by: null } })),
    ];
  }

  private view(): WorkersView {
    return workersView(this.ground.state(), this.ground.wait());
  }

  private sayQueues(): void {
    this.timer = null;
    const wait = this.ground.wait();
    const state = this.ground.state();
    const ids = new Set([...Object.keys(state.projects), ...this.said.keys()]);
    for (const projectId of ids) {
      const queue = queueView(state, projectId, wait);
      const text = JSON.stringify(queue);
      if (this.said.get(projectId) === text) continue;
      this.said.set(projectId, text);
      const by = this.deeds.get(projectId) ?? null;
      this.send({ event: 'queue_updated', seq: null, at: Date.now(), data: { ...queue, by } });
    }
    this.deeds.clear();
  }

  private noteDeed(before: DispatchState, command: DispatchCommand): void {
    if (!('by' in command) || command.by === null) return;
    const projectId = 'projectId' in command ? command.projectId : before.runs[command.runId]?.projectId;
    if (projectId) this.deeds.set(projectId, { actor: command.by, did: command.kind });
  }

  private send(event: WorkerEvent): void {
    const text = JSON.stringify(event);
    for (const socket of this.sockets()) {
      const { closed } = socket.deserializeAttachment() as Attachment;
      if (socket.readyState === WebSocket.OPEN && !closed.includes(event.data.projectId)) socket.send(text);
    }
  }

  private sockets(): WebSocket[] {
    return this.ground.ctx.getWebSockets(FEED);
  }
}
