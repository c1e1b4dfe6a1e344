import { upcast } from '@specwright/protocol/evolve/upcast.ts';
import { foldRun } from '@specwright/protocol/evolve.ts';
import type { Piece } from '@specwright/protocol/piece.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { RUN_STATE_VERSION, type RunState } from '@specwright/protocol/run-state.ts';
import { guardSize, MAX_ROW_BYTES } from './storage-guard.ts';

const SNAPSHOT_EVERY = 500;
/** Rows are cut here, in UTF-16 units: below MAX_ROW_BYTES whatever the text. */
const ROW_CHARS = 300_000;

// One row a decision, no secondary index: on the platform rows written are nearly the whole bill.
const TABLES = `
CREATE TABLE IF NOT EXISTS frames (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, events TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (part INTEGER PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pieces (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, kind TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bundle (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;`;

/** The run's own tables. The log is the truth; the snapshot only shortens the way to it. */
export class RunStore {
  /** Rows written since the object woke, for the budget of writes. */
  rowsWritten = 0;
  private readonly sql: SqlStorage;
  private snapshotSeq = 0;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    this.sql.exec(TABLES);
  }

  /** The run's state, folded from the snapshot and what follows it; null when the storage is empty. */
  load(): RunState | null {
    const from = this.readSnapshot();
    this.snapshotSeq = from?.seq ?? 0;
    return foldRun(this.eventsAfter(this.snapshotSeq), from);
  }

  /** Appends the events of one decision: one row, unless they are larger than a row may be. Call it inside a transaction. */
  append(events: StoredEvent[], state: RunState): void {
    for (const row of rowsOf(events)) this.write('INSERT INTO frames VALUES (?, ?, ?)', row.first, row.last, row.text);
    if (state.seq - this.snapshotSeq >= SNAPSHOT_EVERY) this.writeSnapshot(state);
  }

  /** Events above `after`, oldest first, at most `limit`. */
  events(after: number, limit: number): StoredEvent[] {
    const found: StoredEvent[] = [];
    for (const event of this.eventsAfter(after)) {
      if (found.length >= limit) break;
      found.push(event);
    }
    return found;
  }

  keepPieces(pieces: Piece[]): void {
    for (const { hash, text } of pieces) {
      guardSize(text, MAX_ROW_BYTES, 'a piece');
      this.write('INSERT OR IGNORE INTO pieces VALUES (?, ?)', hash, text);
    }
  }

  piece(hash: string): string | null {
    const [row] = this.sql.exec<{ text: string }>('SELECT text FROM pieces WHERE hash = ?', hash).toArray();
    return row?.text ?? null;
  }

  mark(name: string): string | null {
    const [row] = this.sql.exec<{ value: string }>('SELECT value FROM marks WHERE name = ?', name).toArray();
    return row?.value ?? null;
  }

  setMark(name: string, value: string): void {
    this.write('INSERT INTO marks VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', name, value);
  }

  /** Runs a statement that writes, and counts its rows. */
  write(statement: string, ...values: (string | number | null | ArrayBuffer)[]): void {
    this.rowsWritten += this.sql.exec(statement, ...values).rowsWritten;
  }

  read<Row extends Record<string, SqlStorageValue>>(statement: string, ...values: (string | number)[]): Row[] {
    return this.sql.exec<Row>(statement, ...values).toArray();
  }

  /** Empties every table but the marks, which keep the tombstone. */
  erase(): void {
    for (const table of ['frames', 'snapshot', 'pieces', 'outbox', 'bundle']) this.write(`DELETE FROM ${table}`);
  }

  private *eventsAfter(after: number): Generator<StoredEvent> {
    const rows = this.sql.exec<{ events: string }>('SELECT events FROM frames WHERE first > ? OR last > ? ORDER BY first', after, after);
    for (const row of rows) for (const event of JSON.parse(row.events) as StoredEvent[]) if (event.seq > after) yield upcast(event);
  }

  private readSnapshot(): RunState | null {
    const parts = this.read<{ version: number; text: string }>('SELECT version, text FROM snapshot ORDER BY part');
    if (parts.length === 0 || parts[0]?.version !== RUN_STATE_VERSION) return null;
    return JSON.parse(parts.map((part) => part.text).join('')) as RunState;
  }

  private writeSnapshot(state: RunState): void {
    const text = JSON.stringify(state);
    this.write('DELETE FROM snapshot');
    for (let part = 0; part * ROW_CHARS < text.length; part++) {
      const cut = text.slice(part * ROW_CHARS, (part + 1) * ROW_CHARS);
      this.write('INSERT INTO snapshot VALUES (?, ?, ?, ?)', part, RUN_STATE_VERSION, state.seq, cut);
    }
    this.snapshotSeq = state.seq;
  }
}

function* rowsOf(events: StoredEvent[]): Generator<{ first: number; last: number; text: string }> {
  let texts: string[] = [];
  let chars = 0;
  let first = events[0]?.seq ?? 0;
  for (const event of events) {
    const text = JSON.stringify(event);
    guardSize(text, MAX_ROW_BYTES - 10, `event ${event.kind}`);
    if (texts.length > 0 && chars + text.length > ROW_CHARS) {
      yield { first, last: event.seq - 1, text: `[${texts.join()}]` };
      texts = [];
      chars = 0;
      first = event.seq;
    }
    texts.push(text);
    chars += text.length;
  }
  if (texts.length > 0) yield { first, last: events.at(-1)?.seq ?? first, text: `[${texts.join()}]` };
}
