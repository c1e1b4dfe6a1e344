import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { readProjectedSeq, summaryStatements } from './summary-sql.ts';
import { isSeen, nothingTouched, type Touched, touch } from './touched.ts';
import { usageStatements } from './usage-sql.ts';

interface Source {
  state(): RunState | null;
  events(after: number, limit: number): StoredEvent[];
}

/** A write to D1 takes at most this part of the time between two: a database that is slow is asked less often. */
const SHARE = 20;
const SLOWEST = 10;

/**
 * Keeps in D1 what lists and sums show of the run: its row, its chunks' rows, what its jobs used. One batch an interval at most; at
 * once when the run comes to rest. The log is what D1 is owed: a batch names the number up to which D1 knows it, so that
 * whatever a crash or a failure left out is written from the log by the next one.
 */
export class Projection {
  rowsWritten = 0;
  private readonly db: D1Database;
  private readonly source: Source;
  private readonly everyMs: number;
  private pauseMs: number;
  /** What D1 knows; null until it has been asked, after each wake-up and each failure. */
  private projected: number | null = null;
  /** What changed above `projected`; only complete while that is known. */
  private touched = nothingTouched();
  // Whoever wakes does not know whether the last batch got through.
  private isDue = true;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<boolean> | null = null;

  constructor(db: D1Database, source: Source, everyMs: number) {
    this.db = db;
    this.source = source;
    this.everyMs = everyMs;
    this.pauseMs = everyMs;
  }

  /** D1 may not know all that it is owed. */
  get isBehind(): boolean {
    return this.isDue || this.writing !== null;
  }

  /** Notes what happened; a summary that lists would show differently is written soon. */
  note(events: StoredEvent[], write: () => void): void {
    const state = this.source.state();
    if (state === null) return;
    touch(this.touched, events, state);
    if (!events.some(isSeen)) return;
    this.isDue = true;
    if (isAtRest(state)) this.cancelTimer();
    if (this.timer !== null) return;
    const isUrgent = isAtRest(state) || state.seq < 5;
    this.timer = setTimeout(write, isUrgent ? 0 : this.pauseMs);
  }

  /** Writes what D1 does not know yet. False: it failed, and is to be tried again. Never throws. */
  flush(force = false): Promise<boolean> {
    this.cancelTimer();
    if (!this.isDue && !force) return Promise.resolve(true);
    this.writing ??= this.write().finally(() => {
      this.writing = null;
    });
    return this.writing;
  }

  private async write(): Promise<boolean> {
    const beganAt = Date.now();
    for (;;) {
      const state = this.source.state();
      if (state === null) return true;
      this.isDue = false;
      try {
        await this.bringUpTo(state);
      } catch (error) {
        this.isDue = true;
        this.projected = null;
        console.error(JSON.stringify({ at: 'projection', runId: state.id, error: String(error) }));
        return false;
      }
      this.pauseMs = Math.min(Math.max(this.everyMs, SHARE * (Date.now() - beganAt)), SLOWEST * this.everyMs);
      if (!this.isDue || !isAtRest(this.source.state() ?? state)) return true;
    }
  }

  private async bringUpTo(state: RunState): Promise<void> {
    const touched = this.projected === null ? await this.fromLog(state) : this.takeTouched();
    if (this.projected === state.seq) return;
    const statements = [...summaryStatements(this.db, state, touched.chunks), ...usageStatements(this.db, state, touched.jobs)];
    const results = await this.db.batch(statements);
    for (const result of results) this.rowsWritten += result.meta.rows_written ?? 0;
    this.projected = state.seq;
  }

  /** What D1 lacks, read from the log. What is noted while D1 answers waits for the next batch. */
  private async fromLog(state: RunState): Promise<Touched> {
    this.takeTouched();
    this.projected = Math.min(await readProjectedSeq(this.db, state.id), state.seq);
    const touched = nothingTouched();
    touch(touched, this.source.events(this.projected, state.seq - this.projected), state);
    return touched;
  }

  private takeTouched(): Touched {
    const { touched } = this;
    this.touched = nothingTouched();
    return touched;
  }

  private cancelTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
