import { REVOKED } from '@specwright/protocol/page-frame.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { Deed, QueueWait, WorkerEvent } from '@specwright/protocol/workers-api.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState, LiveRun } from './dispatch-state.ts';
import { closedTo, type FeedWatcher } from './feed-watchers.ts';
import { isWorker, queueView, type WorkersView, workerOf, workersView } from './workers-view.ts';

const FEED = 'feed';
/** Changes of queues that come in a burst are sent together after this. */
const QUEUE_BATCH_MS = 40;
/** What a reader who comes again is told of what began and ended meanwhile. */
const KEPT = 1_000;
/** A person's order shows its effect within this, or it was refused. */
const ACT_MS = 5_000;
/** At most this many watchers of one person. */
export const WATCHERS_EACH = 50;

interface Attachment extends FeedWatcher {
  /** Projects that are closed to them. */
  closed: string[];
  /** They look at another page, and only count. */
  counts: boolean;
}

export interface Joining {
  watcher: FeedWatcher;
  since: number | null;
  counts: boolean;
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
  private readonly saidCounts = new Map<string, string>();
  private readonly saidWaits = new Map<string, string>();
  private readonly deeds = new Map<string, Deed>();
  /** What people are just doing to runs: said with the next word about the run. */
  private readonly acts = new Map<string, { deed: Deed; until: number }>();

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
  async join({ watcher, since, counts }: Joining): Promise<Response | null> {
    const { ctx, db } = this.ground;
    if (ctx.getWebSockets(`feed:${watcher.userId}`).length >= WATCHERS_EACH) return null;
    const [closed] = await closedTo(db, [watcher], Date.now());
    if (!closed) return new Response(null, { status: 404 });
    const { 0: client, 1: socket } = new WebSocketPair();
    ctx.acceptWebSocket(socket, [FEED, `feed:${watcher.userId}`]);
    const attachment: Attachment = { ...watcher, closed: [...closed], counts };
    socket.serializeAttachment(attachment);
    for (const event of [...this.missed(since), ...this.now()]) tellOne(socket, attachment, textsOf(event));
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

  /** Called before a person's order goes to the run; where the run refuses it, it is soon forgotten. */
  noteAct(deed: Deed & { runId: string }, now: number): void {
    this.acts.set(deed.runId, { deed, until: now + ACT_MS });
  }

  private changedRun(before: LiveRun | undefined, after: LiveRun, at: number): void {
    if (before === after || !isWorker(after)) return;
    const began = after.slot && before?.slot !== true;
    const data = () => ({ ...workerOf(after, after.news, null), ...this.takeAct(after.runId, at) });
    if (began) this.milestone({ event: 'worker_started', at, data: data() });
    else if (before?.news !== after.news && this.isWatched) this.send({ event: 'worker_progress', seq: null, at, data: data() });
  }

  private left(run: LiveRun, command: DispatchCommand): void {
    const news = command.kind === 'left' && command.news !== null ? command.news : run.news;
    if (!run.slot || news === null || !isAtRest(news)) return;
    const event = news.status === 'completed' ? 'worker_completed' : 'worker_failed';
    this.milestone({
      event,
      at: command.now,
      data: { ...workerOf({ ...run, slot: false }, news, null), ...this.takeAct(run.runId, command.now) },
    });
  }

  private takeAct(runId: string, now: number): { by?: Deed } {
    const act = this.acts.get(runId);
    this.acts.delete(runId);
    return act && act.until > now ? { by: act.deed } : {};
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
      const event = { event: 'queue_updated', seq: null, at: Date.now(), data: { ...queue, by } } as const;
      const counts = JSON.stringify([queue.active, queue.max, queue.paused]);
      this.send(event, this.saidCounts.get(projectId) !== counts);
      this.saidCounts.set(projectId, counts);
    }
    this.deeds.clear();
    this.sayWaits(state, wait);
  }

  /** Why a worker still has no machine changes without a word of its own. */
  private sayWaits(state: DispatchState, wait: Map<string, QueueWait>): void {
    const idle = Object.values(state.runs).filter((run) => isWorker(run) && (run.news?.status ?? 'queued') === 'queued');
    for (const runId of this.saidWaits.keys()) if (!idle.some((run) => run.runId === runId)) this.saidWaits.delete(runId);
    for (const run of idle) {
      const why = wait.get(run.runId) ?? null;
      if (this.saidWaits.get(run.runId) === why?.message) continue;
      this.saidWaits.set(run.runId, why?.message ?? '');
      this.send({ event: 'worker_progress', seq: null, at: Date.now(), data: workerOf(run, run.news, why) });
    }
  }

  private noteDeed(before: DispatchState, command: DispatchCommand): void {
    if (!('by' in command) || command.by === null) return;
    const { by: actor, kind: did } = command;
    if ('projectId' in command) return void this.deeds.set(command.projectId, { actor, did, runId: null, specTitle: null });
    const run = before.runs[command.runId];
    if (run) this.deeds.set(run.projectId, { actor, did, runId: run.runId, specTitle: run.specTitle });
  }

  /** @param counted it changes what they who only count see. */
  private send(event: WorkerEvent, counted = true): void {
    const texts = textsOf(event);
    if (!counted) texts.counts = null;
    for (const socket of this.sockets()) {
      if (socket.readyState === WebSocket.OPEN) tellOne(socket, socket.deserializeAttachment() as Attachment, texts);
    }
  }

  private sockets(): WebSocket[] {
    return this.ground.ctx.getWebSockets(FEED);
  }
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
