import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunDurations } from '../durations.ts';
import type { RunStore } from './run-store.ts';
import type { RunnerSockets } from './runner-sockets.ts';

const SILENT = 'silent';

/** When the object is next woken, and since when the holder of the lease has been silent. */
export class Wakefulness {
  /** When a failed write to D1 is tried again; null: none failed. */
  retryAt: number | null = null;
  private readonly ctx: DurableObjectState;
  private readonly store: RunStore;
  private readonly runners: RunnerSockets;
  private armedAt: number | null = null;
  private silent: { fence: number; at: number } | null;
  private readonly durations: RunDurations;

  constructor(ctx: DurableObjectState, store: RunStore, runners: RunnerSockets, durations: RunDurations) {
    this.durations = durations;
    this.ctx = ctx;
    this.store = store;
    this.runners = runners;
    const noted = store.mark(SILENT);
    this.silent = noted === null ? null : JSON.parse(noted);
  }

  async recall(): Promise<void> {
    this.armedAt = await this.ctx.storage.getAlarm();
  }

  rang(): void {
    this.armedAt = null;
  }

  /** Sees to it that the alarm rings at `at` or before. One that is early enough is left alone: setting it is a row. */
  arm(state: RunState, at: number | null): void {
    if (at === null) {
      if (this.armedAt !== null && state.endedAt !== null) void this.ctx.storage.deleteAlarm();
      if (state.endedAt !== null) this.armedAt = null;
      return;
    }
    if (this.armedAt !== null && this.armedAt <= at) return;
    this.armedAt = at;
    this.store.rowsWritten += 1;
    void this.ctx.storage.setAlarm(at);
  }

  /**
   * The last sign of life of the lease's holder. Without a socket (closed, or lost with the server) it is when that was first seen,
   * kept in storage: an object that sleeps must not take its own waking for a sign of life.
   */
  lastHeardAt(state: RunState, now: number): number | null {
    if (state.lease === null) return null;
    const heard = this.runners.lastHeardAt(state);
    const { fence } = state.lease;
    if (heard !== null) return heard;
    if (state.lease.state !== 'held') return null;
    if (this.silent?.fence !== fence) {
      this.silent = { fence, at: now };
      this.store.setMark(SILENT, JSON.stringify(this.silent));
    }
    // A closed socket is looked upon as silent for a while already, so that its lease lapses after `closedLeaseMs`.
    const { leaseMs, closedLeaseMs } = this.durations;
    return this.silent.at - (leaseMs - closedLeaseMs);
  }

  /** A life claimed the lease: an earlier silence under the same fence is over. */
  claimed(fence: number): void {
    if (this.silent?.fence !== fence) return;
    this.silent = null;
    this.store.write('DELETE FROM marks WHERE name = ?', SILENT);
  }
}
