import { obligations } from '@specwright/protocol/obligations.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunDurations } from '../durations.ts';
import type { Outbox } from './outbox.ts';
import type { Projection } from './projection.ts';
import type { Wakefulness } from './wakefulness.ts';

interface Run {
  state(): RunState | null;
  /** Time passed: see decideTick. */
  tick(lastHeardAt: number | null, now: number): void;
  durations: RunDurations;
}

/** Keeps the world as the run wants it: time is told to the run, what it owes is done, and an alarm stands until nothing is owed. */
export class Upkeep {
  private readonly run: Run;
  private readonly outbox: Outbox;
  private readonly projection: Projection;
  private readonly wakefulness: Wakefulness;
  private askedAt = 0;

  constructor(run: Run, { outbox, projection, wakefulness }: { outbox: Outbox; projection: Projection; wakefulness: Wakefulness }) {
    this.run = run;
    this.outbox = outbox;
    this.projection = projection;
    this.wakefulness = wakefulness;
  }

  /** A machine was asked for: it is asked for again after a while. */
  asked(now: number): void {
    this.askedAt = now;
  }

  tick(now: number): void {
    const before = this.run.state();
    if (before === null) return;
    this.run.tick(this.wakefulness.lastHeardAt(before, now), now);
    const after = this.run.state();
    if (after === null || !obligations(after, now, now, this.rhythm()).wantsMachine || now - this.askedAt < this.run.durations.askAgainMs)
      return;
    this.askedAt = now;
    this.outbox.ask('machine');
  }

  /** Does what the outbox holds, then writes to D1 what it lacks. */
  async settle(force: boolean, outboxOnly = false): Promise<void> {
    const state = this.run.state();
    if (state === null) return;
    await this.outbox.drain(state);
    const isWritten = outboxOnly || (await this.projection.flush(force));
    if (!isWritten) this.wakefulness.retryAt = Date.now() + 5 * this.run.durations.effectRetryMs;
    else if (!outboxOnly) this.wakefulness.retryAt = null;
    this.arm();
  }

  arm(): void {
    const state = this.run.state();
    if (state !== null) this.wakefulness.arm(state, this.dueAt(state));
  }

  private dueAt(state: RunState): number | null {
    const now = Date.now();
    const { alarmAt } = obligations(state, now, this.wakefulness.lastHeardAt(state, now), this.rhythm());
    // A crash now must not leave the world behind the log: an alarm stands until both know all.
    const owedAt = this.outbox.isEmpty && !this.projection.isBehind ? null : now + this.run.durations.askAgainMs;
    const due = [alarmAt, owedAt, this.outbox.retryAt, this.wakefulness.retryAt].filter((at) => at !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  private rhythm() {
    return { leaseMs: this.run.durations.leaseMs, askAgainMs: this.run.durations.askAgainMs };
  }
}
