import { join } from 'node:path';
import type { Durations } from '../durations.ts';
import { refPart } from '../git/git.ts';
import type { Log } from '../log.ts';
import { folderSize } from './load.ts';
import { tidy } from './tidy.ts';
import { tidyClones } from './tidy-clones.ts';

/** Keeps what this machine's folder takes within its limit: leftovers of leases each time, clones now and then, for they are many files. */
export function makeTidier(options: {
  dataDir: string;
  durations: Pick<Durations, 'KEEP_WORKTREES_MS' | 'KEEP_CLONES_MS' | 'LOOK_CLONES_MS'>;
  log: Log;
  /** Bytes; 0: none. */
  limit: number;
  monotonic(): number;
  /** Those in hand here. */
  runs(): string[];
  mayForget(): boolean;
}) {
  const { dataDir, durations, log, limit, monotonic } = options;
  let clones = { size: 0, at: Number.NEGATIVE_INFINITY };
  const lookAtClones = async (now: number) => {
    if (monotonic() - clones.at < durations.LOOK_CLONES_MS || !options.mayForget()) return [];
    const left = limit === 0 ? null : Math.max(0, limit - (await folderSize(join(dataDir, 'worktrees'))));
    const its = { limit: left, keepMs: durations.KEEP_CLONES_MS, leastMs: durations.KEEP_WORKTREES_MS };
    const { gone, size } = await tidyClones({ dataDir, ...its, now });
    clones = { size, at: monotonic() };
    return gone;
  };
  return {
    /** Answers what clones take, in bytes, as of the last look at them. */
    async tidy(): Promise<number> {
      const inUse = new Set(options.runs().map(refPart));
      const now = Date.now();
      const worktrees = await tidy({ dataDir, isInUse: (run) => inUse.has(run), limit, keepMs: durations.KEEP_WORKTREES_MS, now });
      const gone = [...worktrees, ...(await lookAtClones(now))];
      if (gone.length > 0) log('info', 'tidied', { folders: gone.length });
      return clones.size;
    },
  };
}
