import {
  type DispatchState,
  EMPTY_DISPATCH,
  type Ending,
  type LiveRun,
  PLAIN_LINE,
  PLAIN_RUN,
  type ProjectLine,
} from './dispatch-state.ts';
import { liftRunner } from './runner-state.ts';

const TABLES = ['runs', 'entries', 'projects', 'runners', 'settings', 'endings', 'quotas', 'organisation'] as const;

/** What a row of an earlier version lacks. */
const LIFT: Partial<Record<string, (row: never) => unknown>> = {
  runs: (row: Partial<LiveRun>) => ({ ...PLAIN_RUN, specTitle: '', addedBy: null, priority: 0, byHand: row.rank != null, ...row }),
  projects: (row: Partial<ProjectLine>) => ({ ...PLAIN_LINE, ...row }),
  runners: liftRunner,
  endings: (row: Partial<Ending> & { lifeId?: string }) => ({ id: row.id ?? row.lifeId, of: row.of ?? 'life', untold: row.untold }),
};

/** Makes the tables when they are missing, and reads them: one row a record, JSON in `body`. */
export function loadDispatch(sql: SqlStorage): DispatchState {
  const state: Record<string, Record<string, unknown>> = {};
  for (const table of TABLES) {
    sql.exec(`CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, body TEXT NOT NULL)`);
    const rows = sql.exec<{ id: string; body: string }>(`SELECT id, body FROM ${table}`);
    const lift = LIFT[table] ?? ((row: unknown) => row);
    state[table] = Object.fromEntries([...rows].map((row) => [row.id, lift(JSON.parse(row.body) as never)]));
  }
  return { ...EMPTY_DISPATCH, ...state };
}

/** Writes the records that differ between two states; call it inside a transaction. */
export function saveDispatch(sql: SqlStorage, before: DispatchState, after: DispatchState): void {
  for (const table of TABLES) {
    const old: Record<string, unknown> = before[table];
    const now: Record<string, unknown> = after[table];
    if (old === now) continue;
    for (const id of Object.keys(old)) if (!(id in now)) sql.exec(`DELETE FROM ${table} WHERE id = ?`, id);
    for (const [id, record] of Object.entries(now)) {
      if (old[id] !== record) sql.exec(upsert(table), id, JSON.stringify(record));
    }
  }
}

/** In place: a replaced row would be written anew, and its key with it. */
const upsert = (table: string) => `INSERT INTO ${table} (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body`;
