import { readFileSync, type Stats } from 'node:fs';
import { lstat, opendir, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { RunnerLoad } from '@specwright/protocol/runners-api.ts';

/** What a run with an agent of its own takes, in bytes of memory: a measured opencode with room for the checks. */
const MEMORY_PER_RUN = 3 * 1024 ** 3;

/** As many runs at once as cores and memory carry; at least one, at most 64. Two on 2 cores and 8 GB. */
export function defaultSlots(cores = availableParallelism(), memory = usableMemory()): number {
  // A machine that is sold with 8 GB has a little less.
  return Math.max(1, Math.min(cores, Math.round(memory / MEMORY_PER_RUN), 64));
}

/** A container's limit counts, where there is one. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/**
 * How loaded the machine is. `worktrees` counts at most 50 000 files: above it says at least so much.
 * @param its what worktrees and clones may take, in bytes (0: no limit), and what clones take (null: they are counted now).
 */
export async function readLoad(dataDir: string, its: { limit: number; clones: number | null }): Promise<RunnerLoad> {
  const [disk, worktrees, clones] = await Promise.all([
    statfs(dataDir).then(
      (its) => its.bavail * its.bsize,
      () => 0,
    ),
    folderSize(join(dataDir, 'worktrees')),
    its.clones ?? folderSize(join(dataDir, 'clones')),
  ]);
  return {
    cpu: Math.round(((loadavg()[0] ?? 0) / availableParallelism()) * 100) / 100,
    freeMemory: freeMemory(),
    freeDisk: disk,
    worktrees,
    ...(its.limit > 0 && { worktreesLimit: its.limit }),
    clones,
  };
}

/** What programs could still take: on Linux more than what is free, for caches give way. */
function freeMemory(): number {
  if (process.platform !== 'linux') return freemem();
  try {
    const available = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return available === undefined ? freemem() : Number(available) * 1024;
  } catch {
    return freemem();
  }
}

const MOST_FILES = 50_000;

/** Bytes on disk of a folder; counts at most 50 000 files: above it says at least so much. */
export async function folderSize(folder: string): Promise<number> {
  let files = 0;
  let bytes = 0;
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined && files < MOST_FILES; next = waiting.pop()) {
    const entries = await opendir(next).catch(() => null);
    if (entries === null) continue;
    // A file that goes while it is counted is none.
    try {
      for await (const entry of entries) {
        files += 1;
        if (entry.isDirectory()) waiting.push(join(next, entry.name));
        else bytes += blocksOf(await lstat(join(next, entry.name)).catch(() => null));
        if (files >= MOST_FILES) break;
      }
    } catch {}
  }
  return bytes;
}

function blocksOf(stats: Stats | null): number {
  return stats === null ? 0 : (stats.blocks ?? 0) * 512;
}
