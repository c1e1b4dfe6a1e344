import type { WorkerEvent } from '@specwright/protocol/workers-api.ts';

/** What a reader who comes again is told of what began and ended meanwhile. */
const KEPT = 1_000;

/** A beginning or an end of a worker. */
export type Milestone = Extract<WorkerEvent, { seq: number }>;

/** Beginnings and ends, numbered and kept. */
export class FeedLog {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec('CREATE TABLE IF NOT EXISTS feed (seq INTEGER PRIMARY KEY AUTOINCREMENT, project_id TEXT NOT NULL, body TEXT NOT NULL)');
  }

  keep(event: Omit<Milestone, 'seq'>): Milestone {
    const { seq } = this.sql
      .exec<{ seq: number }>('INSERT INTO feed (project_id, body) VALUES (?, ?) RETURNING seq', event.data.projectId, JSON.stringify(event))
      .one();
    this.sql.exec('DELETE FROM feed WHERE seq <= ?', seq - KEPT);
    return { ...event, seq } as Milestone;
  }

  /** Those above `since`, oldest first; null: none. */
  missed(since: number | null): Milestone[] {
    if (since === null) return [];
    const rows = this.sql.exec<{ seq: number; body: string }>('SELECT seq, body FROM feed WHERE seq > ? ORDER BY seq', since);
    return [...rows].map(({ seq, body }) => ({ ...JSON.parse(body), seq }));
  }
}
