import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '@specwright/runner/identity/write-whole.ts';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import type { DataDirectory } from './data-directory.ts';
import { withoutSignalsOf } from './end-on-signal.ts';
import { ROOT } from './root.ts';
import { readWranglerConfig } from './wrangler-config.ts';

/** One file of migrations/. */
export interface Migration {
  name: string;
  sql: string;
}

/** Applies the D1 migrations that this data directory lacks. Looks at nothing where the very same set was applied before. */
export async function migrateWhenStale(data: DataDirectory): Promise<void> {
  const stamp = join(data.path, 'migrations-stamp');
  const migrations = readMigrations();
  const digest = digestOf(migrations);
  if (existsSync(stamp) && existsSync(data.state) && readFileSync(stamp, 'utf8') === digest) return;
  await applyMigrations(data, migrations);
  writeWhole(stamp, digest);
}

/** Each try is whole or nothing, so that it may be repeated. */
const TRIES = 3;

/**
 * As `wrangler d1 migrations apply` does it, which takes seconds to begin: its table says what was applied, and a file is applied
 * whole or not at all.
 */
export async function applyMigrations(data: DataDirectory, migrations: Migration[]): Promise<void> {
  for (let left = TRIES; ; left--) {
    const answer = await askOnce(data, migrations).catch((error: unknown) => {
      if (left === 1) throw error;
      return null;
    });
    if (answer?.ok) return;
    if (answer) throw new Error(`The database could not be brought up to date: ${answer.text}`);
  }
}

/** One request for all of them: a connection that waits for a second one is closed by workerd when the machine is slow. */
async function askOnce(data: DataDirectory, migrations: Migration[]): Promise<{ ok: boolean; text: string }> {
  const miniflare = withoutSignalsOf(() => new Miniflare(databaseOptions(data)));
  try {
    const files = migrations.map(({ name, sql }) => ({ name, statements: sql.split('--> statement-breakpoint') }));
    const answer = await miniflare.dispatchFetch('http://migrate/', { method: 'POST', body: JSON.stringify(files) });
    return { ok: answer.ok, text: await answer.text() };
  } finally {
    await miniflare.dispose();
  }
}

const WORKER = `export default {
  async fetch(request, { DB }) {
    try {
      await DB.prepare(\`CREATE TABLE IF NOT EXISTS d1_migrations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)\`).run();
      const { results } = await DB.prepare('SELECT name FROM d1_migrations').all();
      const applied = new Set(results.map(({ name }) => name));
      for (const { name, statements } of await request.json()) {
        if (applied.has(name)) continue;
        const noted = DB.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name);
        await DB.batch([...statements.map((statement) => DB.prepare(statement)), noted]);
      }
      return new Response('');
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
}`;

/** The server's database and nothing else. */
function databaseOptions(data: DataDirectory) {
  const config = readWranglerConfig();
  return convertV4MiniflareOptions({
    cf: false,
    log: new Log(LogLevel.WARN),
    telemetry: { enabled: false },
    resourcePersistencePath: data.state,
    workers: [
      {
        name: 'migrate',
        modules: [{ type: 'ESModule', path: 'migrate.js', contents: WORKER }],
        compatibilityDate: config.compatibility_date,
        d1Databases: Object.fromEntries(config.d1_databases.map((database) => [database.binding, { id: database.database_id }])),
      },
    ],
  });
}

function readMigrations(): Migration[] {
  const folder = join(ROOT, 'migrations');
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));
}

function digestOf(migrations: Migration[]): string {
  const hash = createHash('sha256');
  for (const { name, sql } of migrations) hash.update(name).update(sql);
  return hash.digest('hex');
}
