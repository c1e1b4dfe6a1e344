import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderSize } from './load.ts';

/** A folder of one lease: the run's id, then its fence. */
const LEASED = /^(.+)-(\d+)$/;

/**
 * Removes what leases of before left behind: worktrees and homes of no run that is in hand here, when they are older than `keepMs`, and
 * younger ones, the oldest first, while all together take more than `limit` bytes. What is in use is never touched, however large.
 * Answers what went.
 */
export async function tidy(options: {
  dataDir: string;
  /** The part of a folder's name that stands for a run that is in hand. */
  isInUse(run: string): boolean;
  limit: number;
  keepMs: number;
  /** Unix milliseconds, by the clock of the file system. */
  now: number;
}): Promise<string[]> {
  const { dataDir, limit, keepMs, now } = options;
  const left = ['worktrees', 'homes'].flatMap((kind) => foldersIn(join(dataDir, kind))).filter(({ run }) => !options.isInUse(run));
  left.sort((a, b) => a.touchedAt - b.touchedAt);
  let size = limit > 0 && left.length > 0 ? await folderSize(join(dataDir, 'worktrees')) : 0;
  const gone: string[] = [];
  for (const { path, touchedAt } of left) {
    if (now - touchedAt < keepMs && (limit === 0 || size <= limit)) continue;
    size -= await folderSize(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    gone.push(path);
  }
  return gone;
}

function foldersIn(folder: string): { path: string; run: string; touchedAt: number }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const run = LEASED.exec(name)?.[1];
    const path = join(folder, name);
    const touchedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return run === undefined || touchedAt === undefined ? [] : [{ path, run, touchedAt }];
  });
}
