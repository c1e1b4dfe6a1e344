import { DurableObject } from 'cloudflare:workers';
import type { RunView } from '@specwright/protocol/api.ts';
import { MAX_BUNDLE_BYTES } from '@specwright/protocol/bundle.ts';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newWords } from '@specwright/protocol/obligations.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { MachineCommand, PersonCommand, RunCommand } from '@specwright/protocol/run-command.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState, type RunStatus } from '@specwright/protocol/run-state.ts';
import { type RunDurations, runDurations } from '../durations.ts';
import type { ObjectEnv } from '../env.ts';
import { BundleShelf } from './bundle-shelf.ts';
import { decide } from './decide.ts';
import { DEFAULT_RULES, type Decided, type Decision, type Rules } from './decision.ts';
import { Doors } from './doors.ts';
import { JobCredentials } from './job-credentials.ts';
import { News } from './news.ts';
import { Outbox } from './outbox.ts';
import { PageSockets } from './page-sockets.ts';
import { Projection } from './projection.ts';
import { RunStore } from './run-store.ts';
import { RunnerGate } from './runner-gate.ts';
import { RunnerSockets } from './runner-sockets.ts';
import { RunnerTalk } from './runner-talk.ts';
import { TooLargeError } from './storage-guard.ts';
import { Upkeep } from './upkeep.ts';
import { Wakefulness } from './wakefulness.ts';

type CreateInput = Omit<Extract<MachineCommand, { kind: 'create' }>, 'kind'> & { pieces: Piece[] };
const RECENT = 200;
const TOMBSTONE = 'tombstone';

/**
 * One run. A thin shell around the decider: decide → in one transaction append the events and the outbox → tell the runner
 * and the pages → arm the alarm. State lives in memory; after a restart it is folded from the log.
 */
export class SpecRun extends DurableObject<ObjectEnv> {
  readonly store: RunStore;
  readonly projection: Projection;
  /** Handlers entered since the object was made, for the budget of wake-ups. */
  wakeUps = 0;
  private state: RunState | null;
  private readonly durations: RunDurations;
  private readonly rules: Rules;
  private readonly pages: PageSockets;
  private readonly runners: RunnerSockets;
  private readonly talk: RunnerTalk;
  private readonly credentials: JobCredentials;
  private readonly bundle: BundleShelf;
  private readonly outbox: Outbox;
  private readonly news: News;
  private readonly wakefulness: Wakefulness;
  private isDestroyed: boolean;
  private readonly upkeep: Upkeep;
  private readonly gate = new RunnerGate();
  private readonly doors: Doors;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    this.durations = runDurations(env);
    const { leaseMs, retryClaimMs, noMachineMs } = this.durations;
    this.rules = { ...DEFAULT_RULES, leaseMs, retryClaimMs, noMachineMs };
    this.store = new RunStore(ctx.storage.sql);
    this.state = this.store.load();
    this.isDestroyed = this.store.mark(TOMBSTONE) !== null;
    this.runners = new RunnerSockets(ctx);
    const log = {
      state: () => this.known(),
      events: (after: number, limit: number) => this.store.events(after, limit),
      view: () => this.viewNow(),
    };
    this.pages = new PageSockets(ctx, log, { ...this.durations, build: env.BUILD_ID ?? 'dev', db: env.DB });
    this.projection = new Projection(env.DB, { state: () => this.state, events: log.events }, this.durations.summaryMs);
    this.outbox = new Outbox(env, this.store, this.durations.effectRetryMs);
    this.news = new News(
      { state: () => this.state, send: (news) => env.DISPATCH.get(env.DISPATCH.idFromName(this.known().organisationId)).tell(news) },
      this.durations.summaryMs,
    );
    this.wakefulness = new Wakefulness(ctx, this.store, this.runners, this.durations);
    const run = {
      state: () => this.state,
      tick: (lastHeardAt: number | null, now: number) => void this.take({ kind: 'tick', lastHeardAt, now }),
      durations: this.durations,
    };
    this.upkeep = new Upkeep(run, { outbox: this.outbox, projection: this.projection, wakefulness: this.wakefulness });
    this.credentials = new JobCredentials(this.store);
    this.bundle = new BundleShelf(this.store);
    this.talk = new RunnerTalk(this.store, this.runners, {
      state: () => this.state,
      take: (command, quietly, pieces) => this.take(command, quietly, pieces),
      claimed: (fence) => this.wakefulness.claimed(fence),
      text: (frame) => this.pages.text(frame),
      isWatched: () => this.pages.isWatched,
      leaseMs: this.durations.closedLeaseMs,
      credentials: this.credentials,
    });
    this.doors = new Doors({ pages: this.pages, runners: this.runners, talk: this.talk, gate: this.gate });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    ctx.blockConcurrencyWhile(() => this.wakefulness.recall());
  }

  /** Makes the run. Idempotent by its id; a run that was destroyed is never made again. */
  async create(input: CreateInput): Promise<{ seq: number } | Refusal> {
    this.wakeUps += 1;
    const { pieces, ...asked } = input;
    const decision = this.answer({ ...asked, kind: 'create', now: Date.now() }, pieces);
    return isRefusal(decision) ? decision : { seq: decision.state.seq };
  }

  /** A person's wish. `pieces` are the texts that a refreshed plan names. */
  async command(command: PersonCommand & { pieces?: Piece[] }): Promise<{ status: RunStatus; seq: number } | Refusal> {
    this.wakeUps += 1;
    const { pieces, ...wish } = command;
    const decision = this.answer({ ...wish, now: Date.now() } as RunCommand, pieces ?? []);
    return isRefusal(decision) ? decision : { status: decision.state.status, seq: decision.state.seq };
  }

  /** Somebody in the organisation lost a right: pages that may no longer see this run are closed now. */
  async recheckPages(): Promise<void> {
    this.wakeUps += 1;
    if (this.state !== null && !this.isDestroyed) await this.pages.recheck();
  }

  async view(): Promise<RunView | null> {
    this.wakeUps += 1;
    return this.state === null || this.isDestroyed ? null : this.viewNow();
  }

  /** Events above `after`, oldest first; at most `limit`, never more than 1,000. */
  async events(after: number, limit: number): Promise<StoredEvent[]> {
    this.wakeUps += 1;
    return this.isDestroyed ? [] : this.store.events(after, Math.min(limit, 1_000));
  }

  async piece(hash: string): Promise<string | null> {
    this.wakeUps += 1;
    return this.isDestroyed ? null : this.store.piece(hash);
  }

  /** A runner's process is known to be dead: what it held is free at once. `runnerId`: who says so, which is believed of its own lives. */
  async lifeEnded(lifeId: string, runnerId: string | null = null): Promise<void> {
    this.wakeUps += 1;
    if (this.state !== null) this.take({ kind: 'life_ended', lifeId, runnerId, now: Date.now() });
  }

  /** A runner was revoked: its sockets close, what it holds is lost and offered again, and none of its sockets opens any more. */
  async runnerGone(runnerId: string): Promise<void> {
    this.wakeUps += 1;
    this.gate.close(runnerId, Date.now());
    if (this.state !== null) this.take({ kind: 'runner_gone', runnerId, now: Date.now() });
    this.runners.closeRunner(runnerId, 'revoked');
  }

  /** Whether this credential is the one that went out with this job of this run, and the job is not over: what it uploads is welcome. */
  async jobMayUpload(jobId: string, credential: string): Promise<boolean> {
    this.wakeUps += 1;
    return !this.isDestroyed && this.credentials.isGood(jobId, credential) && this.state?.job?.id === jobId;
  }

  /** Keeps the run's commits for a machine that goes on when this one is gone. The credential is asked again: the job may be over by now. */
  async keepBundle(jobId: string, credential: string, bytes: ArrayBuffer): Promise<Refusal | null> {
    if (!(await this.jobMayUpload(jobId, credential))) return refuse('LEASE_LOST', 'This job is over.');
    const kept = this.ctx.storage.transactionSync(() => this.bundle.keep(bytes));
    return kept ? null : refuse('TOO_LARGE', `A run's commits may take ${MAX_BUNDLE_BYTES} bytes here.`);
  }

  /** The commits that were kept, for the runner that holds the run; null: there are none, or it is not this one's. */
  async bundleFor(runnerId: string): Promise<ArrayBuffer | null> {
    this.wakeUps += 1;
    const lease = this.isDestroyed ? null : this.state?.lease;
    return lease?.state === 'held' && lease.runnerId === runnerId ? this.bundle.read() : null;
  }

  /** Looks whether the world is as this state wants it, and does what is missing. Harmless at any time. */
  async ensure(): Promise<void> {
    this.wakeUps += 1;
    if (this.state === null || this.isDestroyed) return;
    this.upkeep.tick(Date.now());
    // A word that was lost with an earlier life of this object is said again.
    if (isAtRest(this.state)) this.outbox.ask('rested');
    else this.news.note(Date.now());
    this.upkeep.arm();
    await this.settle(true);
  }

  /** Leaves a tombstone. A run that is not at rest is stopped first, and erased when it has come to rest. */
  async destroy(): Promise<void> {
    this.wakeUps += 1;
    if (this.isDestroyed) return;
    this.store.setMark(TOMBSTONE, String(Date.now()));
    this.isDestroyed = true;
    if (this.state !== null && !isAtRest(this.state)) this.take({ kind: 'stop', actor: null, now: Date.now() });
    this.eraseAtRest();
  }

  override async fetch(request: Request): Promise<Response> {
    this.wakeUps += 1;
    return this.doors.open(request, this.isDestroyed ? null : this.state);
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.wakeUps += 1;
    this.doors.hear(socket, message);
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    this.wakeUps += 1;
    // The answer that ends the handshake: without it the other side waits until it gives up.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
    this.left(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.wakeUps += 1;
    this.left(socket);
  }

  /** Never throws: alarms are given up after six failures. */
  override async alarm(): Promise<void> {
    this.wakeUps += 1;
    this.wakefulness.rang();
    if (this.state === null) return;
    try {
      this.upkeep.tick(Date.now());
      await this.settle(false);
    } catch (error) {
      console.error(JSON.stringify({ at: 'alarm', runId: this.state.id, error: String(error) }));
    }
    this.upkeep.arm();
  }

  // A runner's end must be looked at, and its silence be dated.
  private left(socket: WebSocket): void {
    if (this.state !== null && this.doors.left(socket)) this.upkeep.arm();
  }

  private answer(command: RunCommand, pieces: Piece[]): Decision {
    if (this.isDestroyed) return refuse('NOT_FOUND', 'There is no such run.');
    try {
      return this.take(command, false, pieces);
    } catch (error) {
      if (error instanceof TooLargeError) return refuse('TOO_LARGE', error.message);
      throw error;
    }
  }

  /** Decides, stores, and then makes the world match. `quietly`: the caller speaks to the runner itself. */
  private take(command: RunCommand, quietly = false, pieces: Piece[] = []): Decision {
    const before = this.state;
    const decision = decide(before, command, this.rules);
    if (isRefusal(decision)) return decision;
    if (decision.events.length > 0) this.commit(before, decision, pieces);
    else if (pieces.length > 0) this.store.keepPieces(pieces);
    if (decision.events.length > 0) this.afterwards(before, decision, quietly);
    return decision;
  }

  private commit(before: RunState | null, decision: Decided, pieces: Piece[]): void {
    this.ctx.storage.transactionSync(() => {
      this.store.keepPieces(pieces);
      this.store.append(decision.events, decision.state);
      this.outbox.keep(before, decision.state);
    });
    this.state = decision.state;
  }

  // The runner first: between a result and the next job stands nothing but this. What goes to D1 and queues comes later.
  private afterwards(before: RunState | null, { events, state }: Decided, quietly: boolean): void {
    if (!quietly) this.talk.say(newWords(before, state));
    this.talk.account(before, state);
    this.talk.release(before, state);
    this.pages.broadcast(events);
    if (events.some((event) => event.kind === 'machine_requested')) this.upkeep.asked(Date.now());
    this.projection.note(events, () => this.ctx.waitUntil(this.settle(false)));
    if (!isAtRest(state)) this.news.note(Date.now());
    if (!this.outbox.isEmpty) this.ctx.waitUntil(this.settle(false, true));
    this.upkeep.arm();
    // A failed or stopped run may be resumed; a completed one needs no other machine.
    if (state.status === 'completed') this.bundle.clear();
    if (this.isDestroyed) this.eraseAtRest();
  }

  private async settle(force: boolean, outboxOnly = false): Promise<void> {
    if (this.state !== null && !this.isDestroyed) await this.upkeep.settle(force, outboxOnly);
  }

  private eraseAtRest(): void {
    if (this.state !== null && !isAtRest(this.state)) return;
    this.pages.closeAll('deleted');
    this.runners.closeAll('deleted');
    const { state } = this;
    if (state !== null) this.ctx.waitUntil(this.env.DISPATCH.get(this.env.DISPATCH.idFromName(state.organisationId)).rested(state.id));
    this.store.erase();
    this.state = null;
    this.ctx.waitUntil(this.ctx.storage.deleteAlarm());
  }

  private viewNow(): RunView {
    const state = this.known();
    return { state, recent: this.store.events(Math.max(0, state.seq - RECENT), RECENT) };
  }

  private known(): RunState {
    if (this.state === null) throw new Error('the run does not exist');
    return this.state;
  }
}
