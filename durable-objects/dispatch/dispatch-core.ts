import { DurableObject } from 'cloudflare:workers';
import { ERRAND_MS } from '@specwright/protocol/errand.ts';
import { OFFER_WORD } from '@specwright/protocol/pull.ts';
import { durationOf, type ObjectEnv } from '../env.ts';
import { Bells } from './bells.ts';
import type { DispatchCommand } from './dispatch-command.ts';
import { Ledger } from './dispatch-ledger.ts';
import type { DispatchState, Entry } from './dispatch-state.ts';
import { type Moment, nextSilenceAt, onlineRunners } from './dispatch-views.ts';
import { Errands } from './errands.ts';
import { Feed } from './feed.ts';
import { Mending } from './mending.ts';
import { newlyOffered, roomOf } from './offer.ts';
import { QueueDesk } from './queue-desk.ts';
import { RunDesk } from './run-desk.ts';
import { type RunPort, runPort } from './run-port.ts';
import { RunnerDesk } from './runner-desk.ts';
import { Starts } from './starts.ts';
import { waits } from './waiting.ts';

/**
 * What dispatch is made of, and what wakes it besides a call: its alarm, its sockets, a change of its tables. What may be asked of it stands
 * in dispatch.ts.
 */
export abstract class DispatchCore extends DurableObject<ObjectEnv> {
  protected readonly ledger: Ledger;
  protected readonly starts: Starts;
  protected readonly runDesk: RunDesk;
  protected readonly runnerDesk: RunnerDesk;
  protected readonly queueDesk: QueueDesk;
  protected readonly mending: Mending;
  protected readonly bells: Bells;
  protected readonly feed: Feed;
  protected readonly errands: Errands;

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

  protected moment(): Moment {
    return { now: Date.now(), onlineMs: durationOf(this.env.RUNNER_ONLINE_MS, 60_000), bells: this.bells.heard() };
  }

  /** Who is online, and has a bell to be spoken to. */
  private rung(): Set<string> {
    const moment = this.moment();
    return new Set([...onlineRunners(this.ledger.state, moment)].filter((runnerId) => moment.bells.has(runnerId)));
  }

  protected waits() {
    const moment = this.moment();
    return waits(this.ledger.state, moment.now, onlineRunners(this.ledger.state, moment));
  }

  /** Rings where something new can be had, and arms. */
  private changed(before: DispatchState, after: DispatchState, command: DispatchCommand): void {
    const needs = newlyOffered(before, after, command);
    // Only what was just asked for: what a machine has given back is never forced on it again.
    const alone = command.kind === 'enqueue' ? this.bells.onlyOneFor(needs, command.now) : null;
    if (alone === null) this.bells.ringFor(needs, command.now);
    this.feed.changed(before, after, command);
    this.mending.carryOut();
    this.mending.arm();
    if (alone !== null) this.offer(alone, needs, command.now);
  }

  /** Gives the one machine that can do it what it would pull for; one without room is rung, for its room is its own to know. */
  private offer(runnerId: string, needs: Entry[], now: number): void {
    const room = Math.min(needs.length, roomOf(this.ledger.state, now)(runnerId));
    const given = room > 0 ? this.runnerDesk.pull(runnerId, room, true) : null;
    if (given !== null && given.messages.length > 0) this.bells.say(runnerId, OFFER_WORD + JSON.stringify(given));
    else this.bells.ringFor(needs, now);
  }
}
