import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FETCH_MS = 60_000;
const START_MS = 10_000;

const run = promisify(execFile);

export type Fetched = { ok: true; program: string } | { ok: false; reason: string };

export interface Wanted {
  /** With its exact version. */
  name: string;
  version: string;
  /** The program's path below `node_modules`. */
  program: string;
  /** What runs it; null: itself. */
  interpreter: string | null;
}

/**
 * A program for tests that is no dependency of this product: fetched once from the npm registry into a cache of its own.
 * Takes at most a minute; where it cannot be had, says why.
 */
export async function fetchPackage({ name, version, program: below, interpreter }: Wanted): Promise<Fetched> {
  const caches = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'specwright');
  const folder = join(caches, `${name.split('/').at(-1)}-${version}`);
  const program = join(folder, 'node_modules', below);
  try {
    if (!existsSync(program)) await install(`${name}@${version}`, caches, folder);
    const asked: [string, string[]] = interpreter === null ? [program, ['--version']] : [interpreter, [program, '--version']];
    const { stdout } = await run(...asked, { timeout: START_MS });
    return stdout.includes(version) ? { ok: true, program } : { ok: false, reason: `${program} says it is version ${stdout.trim()}` };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Into a folder beside, then renamed: one that was broken off is never taken for a whole one. */
async function install(what: string, caches: string, folder: string): Promise<void> {
  mkdirSync(caches, { recursive: true });
  const fresh = mkdtempSync(join(caches, 'fetching-'));
  try {
    const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--fetch-retries=1', '--loglevel=error'];
    await run('npm', ['install', '--prefix', fresh, '--cache', join(fresh, 'npm-cache'), ...quiet, what], { timeout: FETCH_MS });
    rmSync(join(fresh, 'npm-cache'), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  const { stderr, message, killed } = error as { stderr?: string; message?: string; killed?: boolean };
  if (killed) return 'it took too long';
  return (stderr?.trim() || message || String(error)).split('\n')[0] ?? 'unknown';
}
