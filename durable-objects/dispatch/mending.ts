import { slotEndsAt } from './decide-runs.ts';
import type { Ledger } from './dispatch-ledger.ts';
import type { DispatchState, Ending, LiveRun } from './dispatch-state.ts';
import { ring } from './doorbell.ts';
import { hasWork } from './offer.ts';
import type { RunPort } from './run-port.ts';
import type { Starts } from './starts.ts';

/** How long after a failed effect it is tried again. */
const RETRY_MS = 5_000;
/** How long a slot waits for a runner that was given the run and does not come. */
const IDLE_SLOT_MS = 60_000;

interface Ground {
  ctx: DurableObjectState;
  db: D1Database;
  ledger: Ledger;
  starts: Starts;
  runOf(runId: string): RunPort;
  /** When somebody will see that a machine has fallen silent; null: nobody will. */
  silence(): number | null;
  /** When to ring again for what nobody has taken; null: there is no such thing. */
  nextRing(now: number): number | null;
}

/** Does what should be true and is not: after a crash, at each alarm, from the sweep. Doing it twice is harmless. */
export class Mending {
  private readonly ground: Ground;
  /** When the alarm goes off; undefined after a wake-up, when nobody remembers. */
  private armedAt: number | null | undefined = undefined;

  constructor(ground: Ground) {
    this.ground = ground;
  }

  async ensure(): Promise<void> {
    const resting = await this.restingByD1();
    await this.mend((run) => run.state === 'creating' || resting.has(run.runId));
  }

  /** Never throws: alarms are given up after six failures. */
  async rang(): Promise<void> {
    this.armedAt = null;
    await this.mend((run) => run.state === 'creating').catch((error) => log('alarm_failed', null, error));
  }

  /** Every run that has not heard of an ended life or a revoked runner is told. */
  async tellEndings(): Promise<void> {
    const { ledger } = this.ground;
    const untold = Object.values(ledger.state.endings).flatMap((ending) => ending.untold.map((runId) => ({ ending, runId })));
    await Promise.all(
      untold.map(async ({ ending, runId }) => {
        const failed = await this.tell(ending, runId);
        if (failed !== null) log('ending_untold', runId, failed);
        else ledger.apply({ kind: 'told', now: Date.now(), id: ending.id, runId });
      }),
    );
  }

  /** Does what was decided and is yet to be done elsewhere; what fails is tried again. */
  carryOut(): void {
    const { ledger, starts, ctx } = this.ground;
    const runs = Object.values(ledger.state.runs);
    if (!runs.some((run) => run.removal !== null || (run.resume !== null && run.slot))) return;
    const done = Promise.all([starts.resumeGiven(), starts.stopRemoved(false)]);
    ctx.waitUntil(done.catch((error) => log('order_untold', null, error)));
  }

  /** Only for what needs a time. */
  arm(): void {
    const { ctx, ledger } = this.ground;
    const now = Date.now();
    const others = [this.ground.silence(), this.ground.nextRing(now)].map((at) => at ?? Number.POSITIVE_INFINITY);
    const due = [...dueTimes(ledger.state, now), ...others];
    const next = Math.min(...due.filter((at) => at > now));
    const wanted = Number.isFinite(next) ? next : null;
    if (wanted === this.armedAt) return;
    // Many changes in a row owe the same try again: the first of them is kept.
    if (wanted !== null && typeof this.armedAt === 'number' && this.armedAt > now && wanted > this.armedAt && wanted - now === RETRY_MS)
      return;
    this.armedAt = wanted;
    ctx.waitUntil(wanted === null ? ctx.storage.deleteAlarm() : ctx.storage.setAlarm(wanted));
  }

  private async mend(doubtful: (run: LiveRun) => boolean): Promise<void> {
    const { ctx, ledger, starts } = this.ground;
    const runs = Object.values(ledger.state.runs).filter((run) => doubtful(run) && !starts.isStarting(run.specId));
    for (const run of runs) await starts.stillLives(run.runId).catch((error) => log('run_unreachable', run.runId, error));
    const idle = Object.values(ledger.state.runs).filter((run) => idleSlotAt(ledger.state, run) <= Date.now());
    for (const run of idle) await starts.returnIdleSlot(run.runId).catch((error) => log('run_unreachable', run.runId, error));
    const long = Object.values(ledger.state.runs).filter((run) => run.slot && slotEndsAt(ledger.state, run) <= Date.now());
    for (const run of long) await starts.giveBackSlot(run.runId).catch((error) => log('run_unreachable', run.runId, error));
    ledger.apply({ kind: 'tick', now: Date.now() });
    await starts.resumeGiven();
    await starts.stopRemoved(true);
    await this.tellEndings();
    ring(ctx, (runnerId) => hasWork(ledger.state, runnerId, Date.now()));
    this.arm();
  }

  private tell(ending: Ending, runId: string): Promise<unknown> {
    const run = this.ground.runOf(runId);
    const telling = ending.of === 'life' ? run.lifeEnded(ending.id, ending.by ?? null) : run.runnerGone(ending.id);
    return telling.then(() => null).catch((error: unknown) => error);
  }

  /** Runs that D1 does not know to be going on: a hint which ones to ask. */
  private async restingByD1(): Promise<Set<string>> {
    const { db, ledger } = this.ground;
    const ids = Object.keys(ledger.state.runs);
    if (ids.length === 0) return new Set();
    const query = 'SELECT id FROM runs WHERE at_rest = 0 AND id IN (SELECT value FROM json_each(?))';
    const going = await db.prepare(query).bind(JSON.stringify(ids)).all<{ id: string }>();
    const known = new Set(going.results.map((row) => row.id));
    return new Set(ids.filter((id) => !known.has(id)));
  }
}

/**
 * When something is due: a pulled message shows again, a quota comes back, a pause has lasted too long, a slot stayed idle; a little later, what
 * is half done: a run being made, an ending that was not told, an order that waits to be carried out.
 */
function dueTimes(state: DispatchState, now: number): number[] {
  const runs = Object.values(state.runs);
  const half = runs.some((run) => run.state === 'creating' || run.removal !== null || (run.resume !== null && run.slot));
  return [
    ...Object.values(state.entries).map((entry) => entry.visibleAt),
    ...Object.values(state.quotas).map((quota) => quota.untilAt),
    ...runs.filter((run) => run.slot).flatMap((run) => [slotEndsAt(state, run), idleSlotAt(state, run)]),
    half || Object.keys(state.endings).length > 0 ? now + RETRY_MS : Number.POSITIVE_INFINITY,
  ];
}

function idleSlotAt(state: DispatchState, run: LiveRun): number {
  const entry = state.entries[run.runId];
  const begun = run.news !== null && run.news.status !== 'queued';
  return run.slot && entry && !begun ? entry.visibleAt + IDLE_SLOT_MS : Number.POSITIVE_INFINITY;
}

function log(event: string, runId: string | null, error: unknown): void {
  console.error(JSON.stringify({ level: 'error', event, runId, message: error instanceof Error ? error.message : String(error) }));
}
