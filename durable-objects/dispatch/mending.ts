import type { Ledger } from './dispatch-ledger.ts';
import type { Ending, LiveRun } from './dispatch-state.ts';
import { ring } from './doorbell.ts';
import { hasWork } from './offer.ts';
import type { RunPort } from './run-port.ts';
import type { Starts } from './starts.ts';

/** How long after a failed effect it is tried again. */
const RETRY_MS = 5_000;

interface Ground {
  ctx: DurableObjectState;
  db: D1Database;
  ledger: Ledger;
  starts: Starts;
  runOf(runId: string): RunPort;
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

  /** Only for what needs a time: a pulled message that shows again, a run half made, an ending that was not told. */
  arm(): void {
    const { ctx, ledger } = this.ground;
    const now = Date.now();
    const { entries, runs, endings } = ledger.state;
    const hidden = Object.values(entries)
      .map((entry) => entry.visibleAt)
      .filter((at) => at > now);
    const creating = Object.values(runs).some((run) => run.state === 'creating');
    const unfinished = creating || Object.keys(endings).length > 0 ? [now + RETRY_MS] : [];
    const next = Math.min(...hidden, ...unfinished);
    const wanted = Number.isFinite(next) ? next : null;
    if (wanted === this.armedAt) return;
    this.armedAt = wanted;
    ctx.waitUntil(wanted === null ? ctx.storage.deleteAlarm() : ctx.storage.setAlarm(wanted));
  }

  private async mend(doubtful: (run: LiveRun) => boolean): Promise<void> {
    const { ctx, ledger, starts } = this.ground;
    const runs = Object.values(ledger.state.runs).filter((run) => doubtful(run) && !starts.isStarting(run.specId));
    for (const run of runs) await starts.stillLives(run.runId).catch((error) => log('run_unreachable', run.runId, error));
    await this.tellEndings();
    ring(ctx, (runnerId) => hasWork(ledger.state, runnerId, Date.now()));
    this.arm();
  }

  private tell(ending: Ending, runId: string): Promise<unknown> {
    const run = this.ground.runOf(runId);
    const telling = ending.of === 'life' ? run.lifeEnded(ending.id) : run.runnerGone(ending.id);
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

function log(event: string, runId: string | null, error: unknown): void {
  console.error(JSON.stringify({ level: 'error', event, runId, message: error instanceof Error ? error.message : String(error) }));
}
