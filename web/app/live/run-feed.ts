import type { RunView } from '@specwright/protocol/api.ts';
import { evolve } from '@specwright/protocol/evolve.ts';
import type { PageDown } from '@specwright/protocol/page-frame.ts';
import { type Feed, receive, startFeed } from './feed.ts';
import { readEvents } from './read-events.ts';
import { reloadForBuild } from './reload.ts';
import { type Connection, RunSocket } from './run-socket.ts';

/** What components draw: replaced as a whole, at most once a frame. `logVersion` changes with the log. */
export interface LiveRun {
  run: Feed['run'];
  log: Feed['log'];
  logVersion: number;
  texts: Feed['texts'];
  connection: Connection;
}

/** Keeps one run's feed in step with the server and tells React once a frame, however fast events come. */
export class RunFeed {
  private feed: Feed;
  private connection: Connection = 'connecting';
  private shown: LiveRun;
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  private readonly build: string;
  private readonly socket: RunSocket;

  constructor(view: RunView, build: string) {
    this.feed = startFeed(view.state, view.recent);
    this.build = build;
    this.shown = this.draw();
    this.socket = new RunSocket({
      address: () => socketAddress(this.feed.run.id, this.feed.run.seq),
      lastSeen: () => this.feed.run.seq,
      onFrame: (frame) => this.take(frame),
      onConnection: (connection) => this.connected(connection),
      random: Math.random,
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.listeners.size === 0) this.wake();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.sleep();
    };
  };

  readonly current = (): LiveRun => this.shown;

  readonly reconnect = (): void => this.socket.open();

  /** A view that a loader read: taken where it is ahead of the socket. */
  offer(view: RunView): void {
    if (view.state.seq > this.feed.run.seq) this.take({ type: 'state', state: view.state, recent: view.recent });
  }

  /** Makes sure that events `from` to `to` are in the log. */
  async load(from: number, to: number): Promise<void> {
    await readEvents(this.feed.log, { runId: this.feed.run.id, from, to, onPart: () => this.changed() });
  }

  private take(frame: PageDown): void {
    this.feed = receive(this.feed, frame, { evolve, build: this.build });
    const { demand } = this.feed;
    this.feed = { ...this.feed, demand: 'none' };
    if (demand === 'reopen') this.socket.reopen();
    else if (demand !== 'none') reloadForBuild(demand.reload);
    this.changed();
  }

  private connected(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }

  private changed(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.shown = this.draw();
      for (const listener of this.listeners) listener();
    });
  }

  private draw(): LiveRun {
    const { run, log, texts } = this.feed;
    return { run, log, logVersion: log.version, texts, connection: this.connection };
  }

  private readonly hurry = (): void => {
    if (document.visibilityState === 'visible') this.socket.hurry();
  };

  private wake(): void {
    this.socket.open();
    window.addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
  }

  private sleep(): void {
    this.socket.close();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    window.removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
  }
}

function socketAddress(runId: string, since: number): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${location.host}/api/runs/${runId}/socket?since=${since}`;
}
