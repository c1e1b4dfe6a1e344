import type { QueuePage, WorkerEvent, WorkersPage } from '@specwright/protocol/workers-api.ts';
import { summed, type Told, toldBy } from './deeds.ts';
import { FrameStore } from './frame-store.ts';
import { type Connection, KeptSocket } from './kept-socket.ts';
import { receiveWorkers, reconcileWorkers, startWorkers, type WorkersState } from './workers-state.ts';

/** What components draw: replaced as a whole, at most once a frame. */
export interface LiveWorkers extends WorkersState {
  connection: Connection;
}

export interface WorkersFeedOptions {
  /** Only how many are at work: for pages that show no more. */
  counts: boolean;
  /** The id of the person who looks. */
  ownId: string;
  onTold?: (told: Told[]) => void;
}

/** A newer server may say more than this page knows. */
const KNOWN: ReadonlySet<string> = new Set(['worker_started', 'worker_progress', 'worker_completed', 'worker_failed', 'queue_updated']);
/** More than so many in one frame are told as one. */
const TOLD_AT_MOST = 3;
/** Read again while it is seen: a project that was closed to this person, or renamed, is said by nobody. */
const READ_AGAIN_MS = 60_000;

/** Keeps all workers and queues in step with the server, and tells React once a frame. */
export class WorkersFeed {
  private state: WorkersState;
  private connection: Connection = 'connecting';
  private shown: LiveWorkers;
  private told: Told[] = [];
  /** Ids that events spoke of since the last reading was asked for; null while none is under way. */
  private touched: Set<string> | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly store: FrameStore;
  private readonly socket: KeptSocket;
  private readonly options: WorkersFeedOptions;

  constructor(first: WorkersState, options: WorkersFeedOptions) {
    this.state = first;
    this.options = options;
    this.shown = { ...first, connection: 'connecting' };
    this.socket = new KeptSocket({
      address: () => socketAddress(this.state.seq, options.counts),
      onOpen: () => this.opened(),
      onText: (text) => this.take(JSON.parse(text) as WorkerEvent),
      onConnection: (connection) => {
        this.connection = connection;
        this.store.changed();
      },
      onRevoked: () => this.revoked(),
      random: Math.random,
    });
    this.store = new FrameStore({
      wake: () => this.wake(),
      sleep: () => this.sleep(),
      hurry: () => this.socket.hurry(),
      draw: () => {
        this.shown = { ...this.state, connection: this.connection };
      },
      drawn: () => {
        if (this.told.length > 0) options.onTold?.(summed(this.told.splice(0), TOLD_AT_MOST));
      },
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);

  readonly current = (): LiveWorkers => this.shown;

  readonly reconnect = (): void => this.socket.open();

  /** What a loader read: taken while no socket says it better. */
  offer(read: WorkersState): void {
    if (this.connection === 'live') return;
    this.state = reconcileWorkers(this.state, read, new Set());
    this.store.changed();
  }

  /** The socket says all that is; what is no more, only a reading shows. */
  private opened(): void {
    this.socket.live();
    void this.readAgain();
  }

  /** Signed out elsewhere, or no longer a member: whatever is asked next is answered so. */
  private revoked(): void {
    this.connection = 'given_up';
    this.store.changed();
  }

  private take(event: WorkerEvent): void {
    if (!KNOWN.has(event.event)) return;
    if (!this.options.counts) this.told.push(...toldBy(this.state, event, this.options.ownId));
    this.state = receiveWorkers(this.state, event);
    this.touched?.add(event.event === 'queue_updated' ? event.data.projectId : event.data.id);
    if (this.state.stale) void this.readAgain();
    this.store.changed();
  }

  private async readAgain(): Promise<void> {
    if (this.touched !== null) return;
    this.touched = new Set();
    const read = await readWorkers(this.options.counts);
    const { touched } = this;
    this.touched = null;
    if (read === null || !this.store.isHeard) return;
    this.state = reconcileWorkers(this.state, read, touched);
    this.store.changed();
  }

  private wake(): void {
    this.socket.open();
    this.timer = setInterval(
      () => this.connection === 'live' && document.visibilityState === 'visible' && void this.readAgain(),
      READ_AGAIN_MS,
    );
  }

  private sleep(): void {
    this.socket.close();
    clearInterval(this.timer);
  }
}

async function readWorkers(counts: boolean): Promise<WorkersState | null> {
  try {
    const [page, queue] = await Promise.all([
      readJson<WorkersPage>('/api/workers'),
      counts ? { items: [] } : readJson<QueuePage>('/api/queue'),
    ]);
    return startWorkers(page, queue.items);
  } catch {
    return null;
  }
}

async function readJson<T>(address: string): Promise<T> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return (await response.json()) as T;
}

function socketAddress(since: number | null, counts: boolean): string {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${location.host}/api/workers/socket?counts=${counts}${since === null ? '' : `&since=${since}`}`;
}
