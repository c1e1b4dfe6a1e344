import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { applyMigrations, migrateWhenStale } from './migrate.ts';

const given = () => openDataDirectory(join(mkdtempSync(join(tmpdir(), 'specwright-migrate-')), 'data'));

/** What the database says while nobody serves it. */
function ask(data: DataDirectory, sql: string): unknown[] {
  const [file = ''] = globSync(join(data.state, 'd1', '*', '*.sqlite')).filter((path) => !path.endsWith('metadata.sqlite'));
  const database = new DatabaseSync(file);
  const rows = database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);
  database.close();
  return rows;
}

const applied = (data: DataDirectory) => ask(data, 'SELECT name FROM d1_migrations ORDER BY id');

test('a data directory gets every migration, and none twice when the process died before it wrote that down', async () => {
  const data = given();
  await migrateWhenStale(data);
  const files = globSync('*.sql', { cwd: join(import.meta.dirname, '../../migrations') }).sort();
  expect(applied(data)).toEqual(files);
  expect(ask(data, `SELECT name FROM sqlite_master WHERE name = 'organisations'`)).toEqual(['organisations']);
  rmSync(join(data.path, 'migrations-stamp'));
  await migrateWhenStale(data);
  expect(applied(data)).toEqual(files);
});

test('a file is applied whole or not at all, and those before it stay', async () => {
  const data = given();
  const [first, second] = [
    { name: '0.sql', sql: 'CREATE TABLE a (x);--> statement-breakpoint\nCREATE INDEX ax ON a (x);' },
    { name: '1.sql', sql: '-- why\nCREATE TABLE b (x);--> statement-breakpoint\nINSERT INTO a VALUES (1);' },
  ];
  const broken = { ...second, sql: `${second.sql}--> statement-breakpoint\nINSERT INTO nowhere VALUES (1);` };
  await expect(applyMigrations(data, [first, broken])).rejects.toThrow(/nowhere/);
  expect(applied(data)).toEqual(['0.sql']);
  expect(ask(data, 'SELECT x FROM a')).toEqual([]);
  await applyMigrations(data, [first, second]);
  expect(applied(data)).toEqual(['0.sql', '1.sql']);
  expect(ask(data, 'SELECT x FROM a')).toEqual([1]);
});
