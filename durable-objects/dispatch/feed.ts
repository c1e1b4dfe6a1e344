import { refuse } from '@specwright/protocol/error-code.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { Deed, WorkerEvent } from '@specwright/protocol/workers-api.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState, LiveRun } from './dispatch-state.ts';
import { FeedLog, type Milestone } from './feed-log.ts';
import { FeedQueues, type FeedSource } from './feed-queues.ts';
import { FeedSockets, WATCHERS_EACH } from './feed-sockets.ts';
import { watcherOf } from './feed-watchers.ts';
import { isWorker, workerOf, workersView } from './workers-view.ts';

/** A person's order shows its effect within this, or it was refused. */
const ACT_MS = 5_000;
const TOO_MANY = refuse('RATE_LIMITED', `At most ${WATCHERS_EACH} of these at once.`);

interface Ground extends FeedSource {
  ctx: DurableObjectState;
  db: D1Database;
  /** Nothing is said to one whose right was looked at longer ago. Milliseconds. */
  authorityMs: number;
}

/**
 * Tells those who watch what becomes of workers and queues. Beginnings and ends are numbered and kept; the rest are states, told whole.
 * Sockets hibernate: what they may see stands in their attachment.
 */
export class Feed {
  private readonly ground: Ground;
  private readonly sockets: FeedSockets;
  private readonly log: FeedLog;
  private readonly queues: FeedQueues;
  /** What people are just doing to runs: said with the next word about the run. */
  private readonly acts = new Map<string, { deed: Deed; until: number }>();

  constructor(ground: Ground) {
    this.ground = ground;
    this.sockets = new FeedSockets(ground.ctx, ground.db, ground.authorityMs);
    this.log = new FeedLog(ground.ctx.storage.sql);
    this.queues = new FeedQueues(ground, (event, counted) => this.sockets.send(event, counted));
  }

  get isWatched(): boolean {
    return this.sockets.isWatched;
  }

  /** Lets one in, and tells it all as it is now, after what it missed above `?since`. */
  async join(url: URL, headers: Headers): Promise<Response> {
    const asked = Number(url.searchParams.get('since') ?? 'none');
    const since = Number.isInteger(asked) && asked >= 0 ? asked : null;
    const watcher = watcherOf(headers);
    if (!this.sockets.hasRoomFor(watcher.userId)) return Response.json(TOO_MANY, { status: 429 });
    const counts = url.searchParams.get('counts') === 'true';
    return this.sockets.join(watcher, counts, () => [...this.log.missed(since), ...this.now()]);
  }

  recheck(): Promise<void> {
    return this.sockets.recheck();
  }

  /** Says what the change of the tables means to those who watch. */
  changed(before: DispatchState, after: DispatchState, command: DispatchCommand): void {
    const at = command.now;
    if (before.runs !== after.runs) for (const run of Object.values(after.runs)) this.changedRun(before.runs[run.runId], run, at);
    for (const run of Object.values(before.runs)) if (!(run.runId in after.runs)) this.left(run, command);
    if (!this.isWatched) return;
    this.queues.sayDeed(before, command);
    this.queues.changed();
  }

  /** Queues may read differently now: said soon, together, and only where they do. */
  queuesChanged(): void {
    if (this.isWatched) this.queues.changed();
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
    else if (before?.news !== after.news && this.isWatched) this.sockets.send({ event: 'worker_progress', seq: null, at, data: data() });
  }

  private left(run: LiveRun, command: DispatchCommand): void {
    const news = command.kind === 'left' && command.news !== null ? command.news : run.news;
    if (!run.slot || news === null || !isAtRest(news)) return;
    const event = news.status === 'completed' ? 'worker_completed' : 'worker_failed';
    const data = { ...workerOf({ ...run, slot: false }, news, null), ...this.takeAct(run.runId, command.now) };
    this.milestone({ event, at: command.now, data });
  }

  private takeAct(runId: string, now: number): { by?: Deed } {
    const act = this.acts.get(runId);
    this.acts.delete(runId);
    return act && act.until > now ? { by: act.deed } : {};
  }

  private milestone(event: Omit<Milestone, 'seq'>): void {
    this.sockets.send(this.log.keep(event));
  }

  private now(): WorkerEvent[] {
    const at = Date.now();
    const { workers, queues } = workersView(this.ground.state(), this.ground.wait());
    return [
      ...workers.map((data): WorkerEvent => ({ event: 'worker_progress', seq: null, at, data })),
      ...queues.map((queue): WorkerEvent => ({ event: 'queue_updated', seq: null, at, data: { ...queue, by: null } })),
    ];
  }
}
