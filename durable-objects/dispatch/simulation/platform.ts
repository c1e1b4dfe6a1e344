import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** What outlives a crash of dispatch: its tables and its alarm, as the platform keeps them. */
export class Disk {
  alarmAt: number | null = null;
  private readonly db = new DatabaseSync(':memory:');

  readonly storage = {
    sql: { exec: (query: string, ...bound: SQLInputValue[]) => this.exec(query, bound) },
    transactionSync: <T>(work: () => T): T => {
      this.db.exec('SAVEPOINT work');
      const done = work();
      this.db.exec('RELEASE work');
      return done;
    },
    setAlarm: async (at: number) => {
      this.alarmAt = at;
    },
    deleteAlarm: async () => {
      this.alarmAt = null;
    },
  } as unknown as DurableObjectStorage;

  close(): void {
    this.db.close();
  }

  private exec(query: string, bound: SQLInputValue[]): unknown[] {
    return this.db.prepare(query).all(...bound);
  }
}

/** D1 as dispatch asks it: which of these runs are not at rest. */
export function d1Of(going: () => string[]): D1Database {
  const all = async () => ({ results: going().map((id) => ({ id })) });
  return { prepare: () => ({ bind: () => ({ all }) }) } as unknown as D1Database;
}
