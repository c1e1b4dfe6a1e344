import { rmSync } from 'node:fs';
import { removeWorktree } from '../git/worktree.ts';
import { messageOf } from '../log.ts';
import { killMarked } from '../process/marked-process.ts';
import type { Holding } from './holding.ts';
import type { SessionOptions } from './session-options.ts';

/** Ends what stands under a lease: its job, agents, processes and worktree. */
export async function leaveWork({ runId, durations, log }: SessionOptions, its: Holding): Promise<void> {
  its.over.abort();
  await its.line.catch(() => {});
  const { place } = its;
  await its.publisher?.close();
  if (place === null) return;
  place.refs.close();
  await place.seen?.status;
  await place.crew.close().catch((error) => log('warn', 'close_failed', { runId, message: messageOf(error) }));
  await killMarked(place.mark, durations.KILL_GRACE_MS, place.worktree.path);
  await removeWorktree(place.clone, place.worktree.path).catch((error) =>
    log('warn', 'worktree_left', { runId, message: messageOf(error) }),
  );
  rmSync(place.home, { recursive: true, force: true });
}
