import { DurableObject } from 'cloudflare:workers';
import { isRefusal, type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { newId } from '@specwright/protocol/id.ts';
import type { AnnounceLife, MachineNeed } from '@specwright/protocol/pull.ts';
import { isAtRest, type RunStatus } from '@specwright/protocol/run-state.ts';
import { durationOf, type ObjectEnv } from '../env.ts';
import { type DispatchCommand, decide } from './decide.ts';
import type { AckResult, DispatchPort, LookAgain, PullResult, ReopenInput, Started, StartInput } from './dispatch-port.ts';
import { type DispatchState, inOrder, type LiveRun, liveRunOf, shownEntries } from './dispatch-state.ts';
import { loadDispatch, saveDispatch } from './dispatch-store.ts';
import { ackView, needsView, runnersView } from './dispatch-views.ts';
import { DOORBELL_TEXT, openDoorbell, ringAll, signsOfLife } from './doorbell.ts';
import { evolve } from './evolve.ts';
import { pulledMessage } from './pulled-message.ts';
import { type CommandRun, type RunPort, runPort } from './run-port.ts';

/** How long after a failed effect it is tried again. */
const RETRY_MS = 5_000;

/**
 * One per organisation: which runs live, which wait for a slot, which need a machine, and who may be asked.
 * Thin: decide → store in one transaction → ring, arm. It alone creates runs, so one live run per spec is its guarantee.
 */
export class Dispatch extends DurableObject<ObjectEnv> implements DispatchPort {
  private state: DispatchState;
  /** Starts in flight, by spec: a second one waits for the first and attaches. */
  private readonly starting = new Map<string, Promise<Started | LookAgain | Refusal>>();
  /** When the alarm goes off; undefined after a wake-up, when nobody remembers. */
  private armedAt: number | null | undefined = undefined;

  constructor(ctx: DurableObjectState, env: ObjectEnv) {
    super(ctx, env);
    this.state = loadDispatch(ctx.storage.sql);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  }

  async start(input: StartInput): Promise<Started | LookAgain | Refusal> {
    const going = this.starting.get(input.specId);
    if (going) {
      const started = await going;
      return 'runId' in started ? { ...started, attached: true, seq: null } : started;
    }
    const work = this.startAlone(input).finally(() => this.starting.delete(input.specId));
    this.starting.set(input.specId, work);
    return work;
  }

  private async startAlone(input: StartInput): Promise<Started | LookAgain | Refusal> {
    const live = liveRunOf(this.state, input.specId);
    if (live) return (await this.stillLives(live.runId)) ? { runId: live.runId, attached: true, seq: null } : { lookAgain: live.runId };
    if (input.reopen) return this.startAgain(input, input.reopen);
    const { runId } = input.run;
    this.apply({ kind: 'register', now: Date.now(), runId, ...limitsOf(input), reopened: false });
    const made = await this.run(runId).create(input.run);
    if (isRefusal(made)) return this.leave(runId, made);
    this.apply({ kind: 'went_live', now: Date.now(), runId });
    return { runId, attached: false, seq: 0 };
  }

  private async startAgain(input: StartInput, reopen: { runId: string; command: CommandRun }): Promise<Started | Refusal> {
    const before = (await this.run(reopen.runId).view())?.state.seq ?? 0;
    const answer = await this.reopen({ ...input, ...reopen });
    return isRefusal(answer) ? answer : { runId: reopen.runId, attached: false, seq: before };
  }

  async reopen(input: ReopenInput): Promise<{ status: RunStatus; seq: number } | Refusal> {
    const live = liveRunOf(this.state, input.specId);
    const other = live !== null && live.runId !== input.runId;
    if (other && (await this.stillLives(live.runId))) return refuse('RUN_ACTIVE', 'Another run of this spec is going on. Stop it first.');
    const known = this.state.runs[input.runId] !== undefined;
    if (!known) this.apply({ kind: 'register', now: Date.now(), runId: input.runId, ...limitsOf(input), reopened: true });
    const answer = await this.run(input.runId).command(input.command);
    if (!known && (isRefusal(answer) || isAtRest(answer))) return this.leave(input.runId, answer);
    this.apply({ kind: 'went_live', now: Date.now(), runId: input.runId });
    return answer;
  }

  /** A run that asks without being known here is believed when it says itself that it is not at rest. */
  async enqueue(need: MachineNeed): Promise<void> {
    if (!this.state.runs[need.runId]) {
      const state = (await this.run(need.runId).view())?.state;
      if (!state || isAtRest(state)) return;
      const { maxActive } = this.state.projects[need.projectId] ?? { maxActive: 1 };
      const { projectId, specId } = state;
      this.apply({ kind: 'register', now: Date.now(), runId: need.runId, projectId, specId, maxActive, reopened: true });
    }
    this.apply({ kind: 'enqueue', now: Date.now(), need, messageId: newId('message') });
  }

  async withdraw(runId: string): Promise<void> {
    this.apply({ kind: 'withdraw', now: Date.now(), runId });
  }

  /** A run that was opened again is asked before its slot is taken: the word may be of its earlier rest. */
  async rested(runId: string): Promise<void> {
    if (this.state.runs[runId]?.reopened) this.ctx.waitUntil(this.stillLives(runId));
    else this.apply({ kind: 'left', now: Date.now(), runId });
  }

  async pull(runnerId: string, batchSize: number): Promise<PullResult> {
    const now = Date.now();
    const leaseIds = Array.from({ length: batchSize }, () => crypto.randomUUID());
    const visibilityMs = durationOf(this.env.VISIBILITY_MS, 5_000);
    this.apply({ kind: 'pull', now, runnerId, batchSize, visibilityMs, leaseIds });
    const given = inOrder(this.state).filter((entry) => entry.leaseId !== null && leaseIds.includes(entry.leaseId));
    return { message_backlog_count: Object.keys(this.state.entries).length, messages: given.map(pulledMessage) };
  }

  async ack(acks: string[], retries: { leaseId: string; delayMs: number }[]): Promise<AckResult> {
    const answer = ackView(
      this.state,
      acks,
      retries.map((retry) => retry.leaseId),
    );
    this.apply({ kind: 'ack', now: Date.now(), acks, retries });
    return answer;
  }

  async announce(runnerId: string, runnerName: string, life: AnnounceLife): Promise<void> {
    this.apply({ kind: 'announce', now: Date.now(), runnerId, runnerName, life });
    await this.tellEndings();
  }

  async runners() {
    const onlineMs = durationOf(this.env.RUNNER_ONLINE_MS, 60_000);
    return runnersView(this.state, signsOfLife(this.ctx), { now: Date.now(), onlineMs });
  }

  async needs() {
    return needsView(this.state);
  }

  /** Looks at what should be true and does what is missing; twice is harmless. */
  async ensure(): Promise<void> {
    const resting = await this.restingByD1();
    await this.mend((run) => run.state === 'creating' || resting.has(run.runId));
  }

  override async alarm(): Promise<void> {
    this.armedAt = null;
    await this.mend((run) => run.state === 'creating').catch((error) => this.log('alarm_failed', null, error));
  }

  private async mend(doubtful: (run: LiveRun) => boolean): Promise<void> {
    const runs = Object.values(this.state.runs).filter((run) => doubtful(run) && !this.starting.has(run.specId));
    for (const run of runs) await this.stillLives(run.runId).catch((error) => this.log('run_unreachable', run.runId, error));
    await this.tellEndings();
    if (shownEntries(this.state, Date.now()).length > 0) ringAll(this.ctx);
    this.arm();
  }

  /** Runs that D1 does not know to be going on: a hint which ones to ask. */
  private async restingByD1(): Promise<Set<string>> {
    const ids = Object.keys(this.state.runs);
    if (ids.length === 0) return new Set();
    const query = 'SELECT id FROM runs WHERE at_rest = 0 AND id IN (SELECT value FROM json_each(?))';
    const going = await this.env.DB.prepare(query).bind(JSON.stringify(ids)).all<{ id: string }>();
    const known = new Set(going.results.map((row) => row.id));
    return new Set(ids.filter((id) => !known.has(id)));
  }

  override async fetch(request: Request): Promise<Response> {
    const runnerId = request.headers.get('x-specwright-runner-id');
    if (!runnerId || request.headers.get('upgrade') !== 'websocket') return new Response(null, { status: 426 });
    const { response, socket } = openDoorbell(this.ctx, runnerId, Date.now());
    if (shownEntries(this.state, Date.now()).length > 0) socket.send(DOORBELL_TEXT);
    return response;
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    socket.close(code === 1006 || code === 1005 ? 1000 : code);
  }

  /** Asks the run itself. One that is at rest, or was never made, leaves; the tombstone keeps a late create out. */
  private async stillLives(runId: string): Promise<boolean> {
    const run = this.run(runId);
    const view = await run.view();
    if (view && !isAtRest(view.state)) {
      this.apply({ kind: 'went_live', now: Date.now(), runId });
      return true;
    }
    if (!view) await run.destroy();
    this.apply({ kind: 'left', now: Date.now(), runId });
    return false;
  }

  private async tellEndings(): Promise<void> {
    const untold = Object.values(this.state.endings).flatMap(({ lifeId, untold }) => untold.map((runId) => ({ lifeId, runId })));
    await Promise.all(
      untold.map(async ({ lifeId, runId }) => {
        const failed = await this.run(runId)
          .lifeEnded(lifeId)
          .then(() => null)
          .catch((error) => error);
        if (failed) this.log('ending_untold', runId, failed);
        else this.apply({ kind: 'told', now: Date.now(), lifeId, runId });
      }),
    );
  }

  private leave<T>(runId: string, answer: T): T {
    this.apply({ kind: 'left', now: Date.now(), runId });
    return answer;
  }

  private run(runId: string): RunPort {
    return runPort(this.env, runId);
  }

  /** Decide, store, ring when something new can be had, arm. */
  private apply(command: DispatchCommand): void {
    const before = this.state;
    const events = decide(before, command);
    if (events.length === 0) return;
    const after = events.reduce(evolve, before);
    this.ctx.storage.transactionSync(() => saveDispatch(this.ctx.storage.sql, before, after));
    this.state = after;
    const shown = new Set(shownEntries(before, command.now).map((entry) => entry.messageId));
    if (shownEntries(after, command.now).some((entry) => !shown.has(entry.messageId) || command.kind === 'enqueue')) ringAll(this.ctx);
    this.arm();
  }

  /** Only for what needs a time: a pulled message that shows again, a run half made, an ending that was not told. */
  private arm(): void {
    const now = Date.now();
    const hidden = Object.values(this.state.entries)
      .map((entry) => entry.visibleAt)
      .filter((at) => at > now);
    const creating = Object.values(this.state.runs).some((run) => run.state === 'creating');
    const unfinished = creating || Object.keys(this.state.endings).length > 0 ? [now + RETRY_MS] : [];
    const next = Math.min(...hidden, ...unfinished);
    const wanted = Number.isFinite(next) ? next : null;
    if (wanted === this.armedAt) return;
    this.armedAt = wanted;
    this.ctx.waitUntil(wanted === null ? this.ctx.storage.deleteAlarm() : this.ctx.storage.setAlarm(wanted));
  }

  private log(event: string, runId: string | null, error: unknown): void {
    console.error(JSON.stringify({ level: 'error', event, runId, message: error instanceof Error ? error.message : String(error) }));
  }
}

function limitsOf(input: { projectId: string; specId: string; maxActive: number }) {
  const { projectId, specId, maxActive } = input;
  return { projectId, specId, maxActive };
}
