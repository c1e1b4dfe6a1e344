import { DurableObject } from 'cloudflare:workers';
import { ERRAND_MS, type ErrandAnswer } from '@specwright/protocol/errand.ts';
import { isRefusal, type Refusal } from '@specwright/protocol/error-code.ts';
import type { AnnounceLife, MachineNeed, ReportLife } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import { durationOf, type ObjectEnv } from '../env.ts';
import { Bells } from './bells.ts';
import type { DispatchCommand, Move } from './dispatch-command.ts';
import { Ledger } from './dispatch-ledger.ts';
import type { AckResult, DispatchPort, LookAgain, PullResult, ReopenInput, SetRunner, Started, StartInput } from './dispatch-port.ts';
import type { DispatchState, ProjectSettings } from './dispatch-state.ts';
import { type Moment, needsView, nextSilenceAt, onlineRunners, runnersView } from './dispatch-views.ts';
import { type ErrandResult, Errands, type ErrandWish } from './errands.ts';
import { Feed } from './feed.ts';
import { Mending } from './mending.ts';
import { newlyOffered } from './offer.ts';
import { QueueDesk } from './queue-desk.ts';
import { RunDesk } from './run-desk.ts';
import { type RunPort, runPort } from './run-port.ts';
import { RunnerDesk } from './runner-desk.ts';
import { Starts } from './starts.ts';
import { waits } from './waiting.ts';
import { type QueueView, queueView, workersView } from './workers-view.ts';

/**
 * One per organisation: which runs live, which wait for a slot, which need a machine, and who may be asked.
 * Thin: decide → store in one transaction → ring, tell, arm. It alone creates runs, so one live run per spec is its guarantee.
 */
export class Dispatch extends DurableObject<ObjectEnv> implements DispatchPort {
  private readonly ledger: Ledger;
  private readonly starts: Starts;
  private readonly runDesk: RunDesk;
  private readonly runnerDesk: RunnerDesk;
  private readonly queueDesk: QueueDesk;
  private readonly mending: Mending;
  private readonly bells: Bells;
  private readonly feed: Feed;
  private readonly errands: Errands;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    const runOf = (runId: string): RunPort => runPort(env, runId);
    this.ledger = new Ledger(ctx.storage, (before, after, command) => this.changed(before, after, command));
    this.starts = new Starts(this.ledger, runOf);
    this.runDesk = new RunDesk(this.ledger, this.starts, runOf);
    this.runnerDesk = new RunnerDesk(this.ledger, env.DB, durationOf(env.VISIBILITY_MS, 5_000));
    this.queueDesk = new QueueDesk(this.ledger);
    const state = () => this.ledger.state;
    this.bells = new Bells(ctx, state);
    this.feed = new Feed({ ctx, db: env.DB, authorityMs: durationOf(env.AUTHORITY_MS, 60_000), state, wait: () => this.waits() });
    const silence = () => (this.feed.isWatched ? nextSilenceAt(this.ledger.state, this.moment()) : null);
    this.mending = new Mending({
      ctx,
      db: env.DB,
      ledger: this.ledger,
      starts: this.starts,
      runOf,
      silence,
      nextRing: (now) => this.bells.nextRing(now),
    });
    this.errands = new Errands({
      state,
      rung: () => this.rung(),
      say: (runnerId, text) => this.bells.say(runnerId, text),
      waitMs: durationOf(env.ERRAND_MS, ERRAND_MS),
    });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  start(input: StartInput): Promise<Started | LookAgain | Refusal> {
    return this.starts.start(input);
  }

  reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal> {
    return this.starts.reopen(input);
  }

  enqueue(need: MachineNeed): Promise<void> {
    return this.runDesk.enqueue(need);
  }

  withdraw(runId: string): Promise<void> {
    return this.runDesk.withdraw(runId);
  }

  async rested(runId: string, news?: RunNews): Promise<void> {
    const isAsked = this.ledger.state.runs[runId]?.reopened === true;
    const heard = this.runDesk.rested(runId, news ?? null);
    // Not awaited where the run that says it is asked in turn; what fails there is found by the sweep.
    if (isAsked) this.ctx.waitUntil(heard.catch(() => undefined));
    else await heard;
  }

  tell(news: RunNews): Promise<void> {
    return this.runDesk.tell(news);
  }

  async pull(runnerId: string, batchSize: number): Promise<PullResult> {
    return this.runnerDesk.pull(runnerId, batchSize, this.bells.hears(runnerId, Date.now()));
  }

  async ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult> {
    return this.runnerDesk.ack(acks, retries);
  }

  async announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void> {
    await this.runnerDesk.announce(runnerId, runnerName, life);
    await this.mending.tellEndings();
  }

  async report(runnerId: string, report: ReportLife): Promise<void> {
    this.runnerDesk.report(runnerId, report);
  }

  errand(wish: ErrandWish): Promise<ErrandResult> {
    return this.errands.ask(wish);
  }

  async errandAnswered(runnerId: string, errandId: string, answer: ErrandAnswer): Promise<boolean> {
    return this.errands.answered(runnerId, errandId, answer);
  }

  async setRunner(runnerId: string, settings: SetRunner): Promise<void> {
    // Its next pull would tell it as well: the bell only makes it quick.
    if (this.runnerDesk.set(runnerId, settings)) this.bells.ring(runnerId, 'pull');
  }

  async revokeRunner(runnerId: string): Promise<void> {
    this.runnerDesk.revoke(runnerId);
    this.bells.close(runnerId);
    this.errands.left(runnerId);
    await this.mending.tellEndings();
  }

  async checkRunner(runnerId: string): Promise<void> {
    this.runnerDesk.check(runnerId);
    this.bells.ring(runnerId, 'check');
  }

  async runners() {
    return runnersView(this.ledger.state, this.moment());
  }

  async needs() {
    return needsView(this.ledger.state, this.moment());
  }

  async workers() {
    return workersView(this.ledger.state, this.waits());
  }

  async reorder(move: Move, projectIds: string[] | null): Promise<Refusal | QueueView> {
    const moved = this.queueDesk.reorder(move, projectIds);
    return isRefusal(moved) ? moved : queueView(this.ledger.state, moved.projectId, this.waits());
  }

  async prioritise(runId: string, priority: number, by: Actor | null): Promise<Refusal | null> {
    return this.queueDesk.prioritise(runId, priority, by);
  }

  async remove(runId: string, by: Actor | null): Promise<Refusal | null> {
    return this.queueDesk.remove(runId, by);
  }

  async pauseProject(projectId: string, paused: boolean, by: Actor | null): Promise<void> {
    this.queueDesk.pauseProject(projectId, paused, by);
  }

  async setProject(projectId: string, settings: ProjectSettings): Promise<void> {
    this.queueDesk.setProject(projectId, settings);
  }

  async closeProject(projectId: string): Promise<string[]> {
    return this.queueDesk.closeProject(projectId);
  }

  async setOrganisation({ maxActive }: { maxActive: number }): Promise<void> {
    this.queueDesk.setOrganisation(maxActive);
  }

  async noteAct(runId: string, did: string, by: Actor): Promise<void> {
    const specTitle = this.ledger.state.runs[runId]?.specTitle ?? null;
    this.feed.noteAct({ actor: by, did, runId, specTitle }, Date.now());
  }

  recheckPages(): Promise<void> {
    return this.feed.recheck();
  }

  /** Looks at what should be true and does what is missing; twice is harmless. */
  ensure(): Promise<void> {
    return this.mending.ensure();
  }

  override async alarm(): Promise<void> {
    await this.mending.rang();
    // A machine that has only fallen silent changes no table.
    this.feed.queuesChanged();
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') !== 'websocket') return new Response(null, { status: 426 });
    const url = new URL(request.url);
    const isFeed = url.pathname.endsWith('/workers');
    const response = isFeed ? await this.feed.join(url, request.headers) : this.bells.join(request.headers);
    this.feed.queuesChanged();
    this.mending.arm();
    return response;
  }

  override webSocketMessage(): void {
    // Pages and runners only listen here.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const runnerId = this.bells.left(socket);
    if (runnerId !== null) {
      this.ledger.apply({ kind: 'silent', now: Date.now(), runnerId });
      this.errands.left(runnerId);
    }
    socket.close(code === 1006 || code === 1005 ? 1000 : code);
  }

  private moment(): Moment {
    return { now: Date.now(), onlineMs: durationOf(this.env.RUNNER_ONLINE_MS, 60_000), bells: this.bells.heard() };
  }

  /** Who is online, and has a bell to be spoken to. */
  private rung(): Set<string> {
    const moment = this.moment();
    return new Set([...onlineRunners(this.ledger.state, moment)].filter((runnerId) => moment.bells.has(runnerId)));
  }

  private waits() {
    const moment = this.moment();
    return waits(this.ledger.state, moment.now, onlineRunners(this.ledger.state, moment));
  }

  /** Rings where something new can be had, and arms. */
  private changed(before: DispatchState, after: DispatchState, command: DispatchCommand): void {
    this.bells.ringFor(newlyOffered(before, after, command), command.now);
    this.feed.changed(before, after, command);
    this.mending.carryOut();
    this.mending.arm();
  }
}
