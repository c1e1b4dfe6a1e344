import { DurableObject } from 'cloudflare:workers';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { AnnounceLife, MachineNeed, ReportLife } from '@specwright/protocol/pull.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import { isAtRest, type RunStatus } from '@specwright/protocol/run-state.ts';
import { durationOf, type ObjectEnv } from '../env.ts';
import type { CommandOf, DispatchCommand } from './dispatch-command.ts';
import { Ledger } from './dispatch-ledger.ts';
import type { AckResult, DispatchPort, LookAgain, PullResult, ReopenInput, SetRunner, Started, StartInput } from './dispatch-port.ts';
import { type DispatchState, isQueued, type LiveRun, type ProjectSettings } from './dispatch-state.ts';
import { ackView, type Moment, needsView, onlineRunners, runnersView } from './dispatch-views.ts';
import { CHECK_TEXT, closeDoorbells, DOORBELL_TEXT, leavingBell, openDoorbell, ring, signsOfLife } from './doorbell.ts';
import { Feed, WATCHERS_EACH } from './feed.ts';
import { watcherOf } from './feed-watchers.ts';
import { Mending } from './mending.ts';
import { concerned, hasWork, newlyOffered } from './offer.ts';
import { pulledMessage } from './pulled-message.ts';
import { type RunPort, runPort } from './run-port.ts';
import { readRunnerSettings } from './runner-rows.ts';
import { Starts } from './starts.ts';
import { waits } from './waiting.ts';
import { workersView } from './workers-view.ts';

const NOT_QUEUED = refuse('NOT_FOUND', 'This does not wait in a queue.');

/**
 * One per organisation: which runs live, which wait for a slot, which need a machine, and who may be asked.
 * Thin: decide → store in one transaction → ring, arm. It alone creates runs, so one live run per spec is its guarantee.
 */
export class Dispatch extends DurableObject<ObjectEnv> implements DispatchPort {
  private readonly ledger: Ledger;
  private readonly starts: Starts;
  private readonly mending: Mending;
  private readonly feed: Feed;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    const runOf = (runId: string): RunPort => runPort(env, runId);
    this.ledger = new Ledger(ctx.storage, (before, after, command) => this.changed(before, after, command));
    this.starts = new Starts(this.ledger, runOf);
    this.feed = new Feed({ ctx, db: env.DB, state: () => this.ledger.state, wait: () => this.waits() });
    this.mending = new Mending({ ctx, db: env.DB, ledger: this.ledger, starts: this.starts, runOf });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  start(input: StartInput): Promise<Started | LookAgain | Refusal> {
    return this.starts.start(input);
  }

  reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal> {
    return this.starts.reopen(input);
  }

  /** A run that asks without being known here is believed when it says itself that it is not at rest. */
  async enqueue(need: MachineNeed): Promise<void> {
    const { runId } = need;
    if (!this.ledger.state.runs[runId]) {
      const state = (await runPort(this.env, runId).view())?.state;
      if (!state || isAtRest(state)) return;
      const { projectId, specId, specTitle, startedBy: addedBy } = state;
      const run = { runId, projectId, specId, specTitle, addedBy, priority: 0, line: null };
      this.apply({ kind: 'register', now: Date.now(), reopened: true, ...run });
    }
    this.apply({ kind: 'enqueue', now: Date.now(), need, messageId: newId('message') });
  }

  async withdraw(runId: string): Promise<void> {
    this.apply({ kind: 'withdraw', now: Date.now(), runId });
  }

  /** A run that was opened again is asked before its slot is taken: the word may be of its earlier rest. */
  async rested(runId: string, news?: RunNews): Promise<void> {
    if (this.ledger.state.runs[runId]?.reopened) this.ctx.waitUntil(this.starts.stillLives(runId));
    else this.apply({ kind: 'left', now: Date.now(), runId, news: news ?? null });
  }

  async tell(news: RunNews): Promise<void> {
    this.apply({ kind: 'news', now: Date.now(), news });
  }

  async pull(runnerId: string, batchSize: number): Promise<PullResult> {
    const leaseIds = Array.from({ length: batchSize }, () => crypto.randomUUID());
    const visibilityMs = durationOf(this.env.VISIBILITY_MS, 5_000);
    this.apply({ kind: 'pull', now: Date.now(), runnerId, batchSize, visibilityMs, leaseIds });
    const entries = Object.values(this.ledger.state.entries);
    const given = leaseIds.flatMap((leaseId) => entries.find((entry) => entry.leaseId === leaseId) ?? []);
    return { message_backlog_count: entries.length, messages: given.map(pulledMessage) };
  }

  async ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult> {
    const later = retries.map((retry) => retry.leaseId);
    const answer = ackView(this.ledger.state, acks, later);
    this.apply({ kind: 'ack', now: Date.now(), acks, retries });
    return answer;
  }

  async announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void> {
    const settings = await readRunnerSettings(this.env.DB, runnerId);
    if (settings) this.apply({ kind: 'set_runner', now: Date.now(), settings });
    this.apply({ kind: 'announce', now: Date.now(), runnerId, runnerName, life });
    await this.mending.tellEndings();
  }

  async report(runnerId: string, report: ReportLife): Promise<void> {
    this.apply({ kind: 'report', now: Date.now(), runnerId, report });
  }

  async setRunner(runnerId: string, settings: SetRunner): Promise<void> {
    const { note = null } = settings;
    this.apply({ kind: 'set_runner', now: Date.now(), settings: { ...settings, runnerId, note } });
  }

  async revokeRunner(runnerId: string): Promise<void> {
    this.apply({ kind: 'revoke_runner', now: Date.now(), runnerId });
    closeDoorbells(this.ctx, runnerId);
    await this.mending.tellEndings();
  }

  async checkRunner(runnerId: string): Promise<void> {
    this.apply({ kind: 'check_runner', now: Date.now(), runnerId });
    ring(this.ctx, (other) => other === runnerId, CHECK_TEXT);
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

  async reorder(move: Omit<CommandOf<'reorder'>, 'kind' | 'now'>): Promise<Refusal | null> {
    const [run, anchor] = [this.queued(move.runId), this.queued(move.anchorId)];
    if (!run || !anchor) return NOT_QUEUED;
    if (run.projectId !== anchor.projectId) return refuse('CONFLICT', 'These are of two projects: each has its own queue.');
    this.apply({ kind: 'reorder', now: Date.now(), ...move });
    return null;
  }

  async prioritise(runId: string, priority: number, by: Actor | null): Promise<Refusal | null> {
    if (!this.queued(runId)) return NOT_QUEUED;
    this.apply({ kind: 'prioritise', now: Date.now(), runId, priority, by });
    return null;
  }

  async remove(runId: string, by: Actor | null): Promise<Refusal | null> {
    const run = this.ledger.state.runs[runId];
    if (!run) return NOT_QUEUED;
    if (!isQueued(run)) return refuse('RUN_ACTIVE', 'It has just begun. Stop it instead.');
    this.apply({ kind: 'remove', now: Date.now(), runId, by });
    return null;
  }

  async pauseProject(projectId: string, paused: boolean, by: Actor | null): Promise<void> {
    this.apply({ kind: 'pause_project', now: Date.now(), projectId, paused, by });
  }

  async setProject(projectId: string, settings: ProjectSettings): Promise<void> {
    this.apply({ kind: 'set_project', now: Date.now(), projectId, settings });
  }

  async closeProject(projectId: string): Promise<string[]> {
    this.apply({ kind: 'close_project', now: Date.now(), projectId });
    const runs = Object.values(this.ledger.state.runs).filter((run) => run.projectId === projectId);
    return runs.map((run) => run.runId);
  }

  async setOrganisation({ maxActive }: { maxActive: number }): Promise<void> {
    this.apply({ kind: 'set_organisation', now: Date.now(), maxActive });
  }

  async recheckPages(): Promise<void> {
    await this.feed.recheck();
  }

  /** Looks at what should be true and does what is missing; twice is harmless. */
  ensure(): Promise<void> {
    return this.mending.ensure();
  }

  override alarm(): Promise<void> {
    return this.mending.rang();
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') !== 'websocket') return new Response(null, { status: 426 });
    const url = new URL(request.url);
    return url.pathname.endsWith('/workers') ? this.joinFeed(url, request.headers) : this.joinBell(request.headers);
  }

  override webSocketMessage(): void {
    // Pages and runners only listen here.
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const bell = leavingBell(this.ctx, socket);
    if (bell?.isLast) this.apply({ kind: 'silent', now: Date.now(), runnerId: bell.runnerId });
    socket.close(code === 1006 || code === 1005 ? 1000 : code);
  }

  private joinBell(headers: Headers): Response {
    const runnerId = headers.get('x-specwright-runner-id');
    if (!runnerId) return new Response(null, { status: 426 });
    const { response, socket } = openDoorbell(this.ctx, runnerId, Date.now());
    if (hasWork(this.ledger.state, runnerId, Date.now())) socket.send(DOORBELL_TEXT);
    this.feed.queuesChanged();
    return response;
  }

  private async joinFeed(url: URL, headers: Headers): Promise<Response> {
    const since = Number(url.searchParams.get('since') ?? 'none');
    const joined = await this.feed.join(watcherOf(headers), Number.isInteger(since) && since >= 0 ? since : null);
    return joined ?? Response.json(refuse('RATE_LIMITED', `At most ${WATCHERS_EACH} of these at once.`), { status: 429 });
  }

  private queued(runId: string): LiveRun | null {
    const run = this.ledger.state.runs[runId];
    return run && isQueued(run) && run.removal === null ? run : null;
  }

  private moment(): Moment {
    return { now: Date.now(), onlineMs: durationOf(this.env.RUNNER_ONLINE_MS, 60_000), bells: signsOfLife(this.ctx) };
  }

  private waits() {
    const moment = this.moment();
    return waits(this.ledger.state, moment.now, onlineRunners(this.ledger.state, moment));
  }

  private apply(command: DispatchCommand): void {
    this.ledger.apply(command);
  }

  /** Rings where something new can be had, and arms. */
  private changed(before: DispatchState, after: DispatchState, command: DispatchCommand): void {
    const offered = newlyOffered(before, after, command);
    if (offered.length > 0) ring(this.ctx, (runnerId) => concerned(after, runnerId, { entries: offered, now: command.now }));
    this.feed.changed(before, after, command);
    this.mending.carryOut();
    this.mending.arm();
  }
}
