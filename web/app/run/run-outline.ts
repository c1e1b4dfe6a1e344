import type { Item, RunState } from '@specwright/protocol/run-state.ts';

export interface Branch {
  root: Item;
  fixes: Item[];
}

/** The run's chunks in order, each with its fixes beneath it. */
export function outlineOf(items: Item[]): Branch[] {
  const branches = new Map(items.filter((item) => item.kind === 'chunk').map((root) => [root.id, { root, fixes: [] as Item[] }]));
  for (const item of items) if (item.parentId !== null) branches.get(item.parentId)?.fixes.push(item);
  return [...branches.values()];
}

export interface RunProgress {
  done: number;
  total: number;
  /** Counts from 1: the chunk that is worked on now, or comes next. */
  current: number;
}

/** How far a run is, in chunks that it was asked to carry out. */
export function progressOf(run: RunState): RunProgress {
  const wanted = run.items.filter((item) => item.kind === 'chunk' && item.selected);
  const done = wanted.filter((item) => item.status === 'completed' || item.status === 'skipped').length;
  return { done, total: wanted.length, current: Math.min(done + 1, wanted.length) };
}

/** The chunk that ended the run, if one did. */
export function failedItem(run: RunState): Item | null {
  return run.items.find((item) => item.kind === 'chunk' && item.status === 'failed') ?? null;
}

/** The provider's limit that a run waits for, with its time; null: it waits for none. */
export function quotaOf({ wait }: RunState): { untilAt: number; message: string } | null {
  if (wait?.reason.code !== 'PROVIDER_LIMIT' || wait.untilAt === null) return null;
  return { untilAt: wait.untilAt, message: wait.reason.message };
}

/** Why a run is not working now, as one sentence; null while it works. */
export function whyResting(run: RunState): string | null {
  if (run.status === 'running' || run.status === 'completed') return null;
  if (run.wait) return run.wait.reason.message;
  if (run.reason) return run.reason.message;
  return (
    {
      queued: 'Waits for a machine to take it.',
      pausing: 'The step in hand ends first; nothing new starts.',
      paused: 'Paused by a person. Resume goes on where it stopped.',
      stopping: 'The agent is being ended and the worktree cleaned.',
      cancelled: 'Stopped. Resume opens it again: same branch, completed chunks are kept.',
      failed: 'Failed.',
      waiting: 'Waits.',
    }[run.status] ?? null
  );
}
