import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The floor of any durable engine: one row a step, on disk before the next begins. Milliseconds a step. */
export function sqliteSteps(steps: number): number[] {
  const database = new DatabaseSync(join(mkdtempSync(join(tmpdir(), 'specwright-bench-')), 'floor.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE step (n INTEGER PRIMARY KEY, body TEXT)');
  const insert = database.prepare('INSERT INTO step (body) VALUES (?)');
  const samples: number[] = [];
  for (let i = 0; i < steps; i++) {
    const startedAt = performance.now();
    insert.run('x'.repeat(200));
    samples.push(performance.now() - startedAt);
  }
  database.close();
  return samples;
}
