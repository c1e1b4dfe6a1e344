import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { ROOT } from './root.ts';

const SOURCES = ['web', 'worker', 'durable-objects', 'migrations', 'protocol'];
const LEFT_OUT = new Set(['node_modules', 'build', 'testing']);
const STAMP = join(ROOT, '.out', 'build-stamp');
/** The Worker as one file, ready for workerd. */
export const WORKER_BUNDLE = join(ROOT, '.out', 'worker', 'index.js');

/** Builds pages and Worker unless the sources are the ones of the last build. Answers the build's id and whether it had to work. */
export async function buildWhenStale(say: (line: string) => void): Promise<{ buildId: string; built: boolean }> {
  const digest = digestOfSources();
  const buildId = digest.slice(0, 12);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest && existsSync(WORKER_BUNDLE)) return { buildId, built: false };
  // A build that is broken off must not pass for the one that it began to replace.
  rmSync(STAMP, { force: true });
  say('Building the dashboard…');
  await runTool(join(ROOT, 'web', 'node_modules', '.bin', 'remix'), ['vite:build'], join(ROOT, 'web'));
  say('Building the Worker…');
  await runTool(join(ROOT, 'node_modules', '.bin', 'wrangler'), ['deploy', '--dry-run', '--outdir', '.out/worker', '--minify'], ROOT);
  mkdirSync(join(ROOT, '.out'), { recursive: true });
  writeFileSync(STAMP, digest);
  return { buildId, built: true };
}

/** The environment that keeps the build tools quiet and off the network. */
export const QUIET_TOOLS = { CI: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NODE_ENV: 'production' };

/** Runs a build tool to its end; a failure shows the tool's own words. */
export function runTool(command: string, args: string[], cwd: string): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...QUIET_TOOLS }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (data: Buffer) => {
      output += data.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', failed);
    child.on('close', (code) => (code === 0 ? done(output) : failed(new CommandError(`${command} ${args.join(' ')} failed:\n${output}`))));
  });
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'wrangler.toml', ...SOURCES.flatMap((folder) => filesBelow(folder))]) {
    hash.update(file).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (LEFT_OUT.has(entry.name) || entry.name.startsWith('.') || entry.name.endsWith('.test.ts')) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
    });
}
