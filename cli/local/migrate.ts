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

/**
 * As `wrangler d1 migrations apply` does it, which takes seconds to begin: its table says what was applied, and a file is applied
 * whole or not at all.
 */
export async function applyMigrations(data: DataDirectory, migrations: Migration[]): Promise<void> {
  const miniflare = withoutSignalsOf(() => new Miniflare(databaseOptions(data)));
  try {
    const database = await miniflare.getD1Database('DB');
    await database.prepare(TABLE).run();
    const { results } = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
    const applied = new Set(results.map(({ name }) => name));
    for (const { name, sql } of migrations.filter((one) => !applied.has(one.name))) {
      const statements = sql.split('--> statement-breakpoint').map((statement) => database.prepare(statement));
      await database.batch([...statements, database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name)]);
    }
  } finally {
    await miniflare.dispose();
  }
}

const TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`;

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
        modules: [{ type: 'ESModule', path: 'migrate.js', contents: 'export default {}' }],
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
