import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './build.ts';
import type { DataDirectory } from './data-directory.ts';
import { ROOT } from './root.ts';

/** Applies the D1 migrations that this data directory lacks. Skips the tool where the very same set was applied before. */
export async function migrateWhenStale(data: DataDirectory): Promise<void> {
  const stamp = join(data.path, 'migrations-stamp');
  const digest = digestOfMigrations();
  if (existsSync(stamp) && existsSync(data.state) && readFileSync(stamp, 'utf8') === digest) return;
  const wrangler = join(ROOT, 'node_modules', '.bin', 'wrangler');
  await runTool(wrangler, ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', data.path], ROOT);
  writeFileSync(stamp, digest);
}

function digestOfMigrations(): string {
  const folder = join(ROOT, 'migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.sql')) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex');
}
