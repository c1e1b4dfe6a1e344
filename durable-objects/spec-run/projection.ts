import { findItem, rootOf } from '@specwright/protocol/evolve/items.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { readProjectedSeq, summaryStatements } from './summary-sql.ts';

/** Events that lists and badges show nothing of: they alone bring no write to D1. */
const UNSEEN = new Set<StoredEvent['kind']>([
  ...(['tool_called', 'text_written', 'agent_started', 'agent_retried', 'noticed', 'facts_received'] as const),
  ...(['evidence_recorded', 'usage_reported', 'check_ended', 'step_ended', 'review_ended'] as const),
]);

interface Source {
  state(): RunState | null;
  events(after: number, limit: number): StoredEvent[];
}

/** Keeps the run's summary in D1: at most one write at a time and one an interval; at once when the run comes to rest. */
export class Projection {
  rowsWritten = 0;
  private readonly db: D1Database;
  private readonly source: Source;
  private readonly everyMs: number;
  /** What D1 knows; null until it has been asked, after each wake-up. */
  private projected: number | null = null;
  private isDue = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<boolean> | null = null;

  constructor(db: D1Database, source: Source, everyMs: number) {
    this.db = db;
    this.source = source;
    this.everyMs = everyMs;
  }

  /** Notes what happened; a summary that lists would show differently is written soon. */
  note(events: StoredEvent[], write: () => void): void {
    if (!events.some((event) => !UNSEEN.has(event.kind))) return;
    this.isDue = true;
    if (this.timer !== null) return;
    const state = this.source.state();
    const isUrgent = state !== null && (isAtRest(state) || state.seq < 5);
    this.timer = setTimeout(write, isUrgent ? 0 : this.everyMs);
  }

  /** Writes what D1 does not know yet. False: it failed, and is to be tried again. Never throws. */
  flush(force = false): Promise<boolean> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.isDue && !force) return Promise.resolve(true);
    this.writing ??= this.write().finally(() => {
      this.writing = null;
    });
    return this.writing;
  }

  private async write(): Promise<boolean> {
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
      if (!this.isDue || !isAtRest(this.source.state() ?? state)) return true;
    }
  }

  private async bringUpTo(state: RunState): Promise<void> {
    this.projected ??= await readProjectedSeq(this.db, state.id);
    if (this.projected >= state.seq) return;
    const since = this.source.events(this.projected, state.seq - this.projected);
    const results = await this.db.batch(summaryStatements(this.db, state, touchedBy(since, state)));
    for (const result of results) this.rowsWritten += result.meta.rows_written ?? 0;
    this.projected = state.seq;
  }
}

/** The chunks whose rows these events change. */
function touchedBy(events: StoredEvent[], state: RunState): Set<string> {
  const touched = new Set<string>();
  for (const event of events) {
    if (UNSEEN.has(event.kind)) continue;
    if ('chunkId' in event && typeof event.chunkId === 'string') touched.add(event.chunkId);
    if (event.kind === 'run_reopened' || event.kind === 'run_cancelled' || event.kind === 'run_failed' || event.kind === 'plan_changed')
      for (const item of state.items) if (item.startedAt !== null) touched.add(item.id);
  }
  for (const id of [...touched]) {
    const item = findItem(state, id);
    if (item !== undefined) touched.add(rootOf(state, item).id);
  }
  return touched;
}
