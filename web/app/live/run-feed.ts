import type { RunView } from '@specwright/protocol/api.ts';
import { evolve } from '@specwright/protocol/evolve.ts';
import type { PageDown } from '@specwright/protocol/page-frame.ts';
import { type Feed, receive, startFeed } from './feed.ts';
import { FrameStore } from './frame-store.ts';
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
  private readonly store: FrameStore;
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
    this.store = new FrameStore({
      wake: () => this.socket.open(),
      sleep: () => this.socket.close(),
      hurry: () => this.socket.hurry(),
      draw: () => {
        this.shown = this.draw();
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);

  readonly current = (): LiveRun => this.shown;

  readonly reconnect = (): void => this.socket.open();

  /** A view that a loader read: taken where it is ahead of the socket. */
  offer(view: RunView): void {
    if (view.state.seq > this.feed.run.seq) this.take({ type: 'state', state: view.state, recent: view.recent });
  }

  /** Makes sure that events `from` to `to` are in the log. */
  async load(from: number, to: number): Promise<void> {
    await readEvents(this.feed.log, { runId: this.feed.run.id, from, to, onPart: () => this.store.changed() });
  }

  private take(frame: PageDown): void {
    this.feed = receive(this.feed, frame, { evolve, build: this.build });
    const { demand } = this.feed;
    this.feed = { ...this.feed, demand: 'none' };
    if (demand === 'reopen') this.socket.reopen();
    else if (demand !== 'none') reloadForBuild(demand.reload);
    this.store.changed();
  }

  private connected(connection: Connection): void {
    this.connection = connection;
    this.store.changed();
  }

  private draw(): LiveRun {
    const { run, log, texts } = this.feed;
    return { run, log, logVersion: log.version, texts, connection: this.connection };
  }
}

function socketAddress(runId: string, since: number): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${location.host}/api/runs/${runId}/socket?since=${since}`;
}
