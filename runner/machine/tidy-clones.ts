import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { USED_FILE } from '../git/clone.ts';
import { withRepositoryLock } from '../git/repository-lock.ts';
import { folderSize } from './load.ts';

interface TidyClones {
  dataDir: string;
  /** What clones may take, in bytes; null: no limit. */
  limit: number | null;
  /** How long one that nobody uses may stand, and how long it stands whatever it takes. */
  keepMs: number;
  leastMs: number;
  /** Unix milliseconds, by the clock of the file system. */
  now: number;
}

/**
 * Removes clones of repositories that nobody has worked in for `keepMs`, and younger ones, the one used longest ago first, while all together
 * take more than `limit`. One with a worktree, or used within `leastMs`, is never touched: the next run there makes it anew. Answers what all
 * clones take then, in bytes.
 */
export async function tidyClones({ dataDir, limit, keepMs, leastMs, now }: TidyClones): Promise<{ gone: string[]; size: number }> {
  const folder = join(dataDir, 'clones');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const clones = await Promise.all(names.map((name) => join(folder, name)).map(async (path) => ({ path, size: await folderSize(path) })));
  const oldestFirst = clones.sort((a, b) => usedAt(a.path) - usedAt(b.path));
  let size = clones.reduce((sum, clone) => sum + clone.size, 0);
  const gone: string[] = [];
  for (const { path, size: its } of oldestFirst) {
    const isFree = () => !hasWorktree(path) && now - usedAt(path) >= leastMs;
    const mustGo = now - usedAt(path) >= keepMs || (limit !== null && size > limit);
    if (!mustGo || !isFree()) continue;
    // Whoever opens it meanwhile finds it gone, or has said that it is used.
    const isGone = await withRepositoryLock(path, async () => {
      if (!isFree()) return false;
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      return true;
    });
    if (!isGone) continue;
    gone.push(path);
    size -= its;
  }
  return { gone, size };
}

function usedAt(clone: string): number {
  const used = statSync(join(clone, USED_FILE), { throwIfNoEntry: false }) ?? statSync(clone, { throwIfNoEntry: false });
  return used?.mtimeMs ?? Number.POSITIVE_INFINITY;
}

function hasWorktree(clone: string): boolean {
  const folder = join(clone, 'worktrees');
  return existsSync(folder) && readdirSync(folder).length > 0;
}
