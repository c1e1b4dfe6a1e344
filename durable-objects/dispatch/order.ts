import { type DispatchState, type Entry, isQueued, type LiveRun, lineOf } from './dispatch-state.ts';

/**
 * The queue of a project, first to last: who had a slot before; then whom a person has put in place by hand; then by priority; within one
 * by time, or, with fair sharing, so that members take turns.
 */
export function queueOf(state: DispatchState, projectId: string): LiveRun[] {
  const runs = Object.values(state.runs).filter((run) => run.projectId === projectId);
  const round = lineOf(state, projectId).fairSharing ? roundsOf(runs) : new Map<string, number>();
  return runs.filter(isQueued).sort((a, b) => {
    const byHand = (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) || 0;
    const turn = (round.get(a.runId) ?? 0) - (round.get(b.runId) ?? 0);
    return Number(b.front) - Number(a.front) || byHand || b.priority - a.priority || turn || byAge(a, b);
  });
}

/** All queues, project by project; the project whose oldest run waits longest stands first. */
export function allQueues(state: DispatchState): LiveRun[] {
  const waiting = Object.values(state.runs).filter(isQueued).sort(byAge);
  const projects = [...new Set(waiting.map((run) => run.projectId))];
  return projects.flatMap((projectId) => queueOf(state, projectId));
}

/** Runs that hold their slot and look for a machine, oldest first, then the queues. */
export function inOrder(state: DispatchState): LiveRun[] {
  const holding = Object.values(state.runs).filter((run) => !isQueued(run));
  return [...holding.sort(byAge), ...allQueues(state)];
}

/** Needs in about the order in which they are served. */
export function entriesInOrder(state: DispatchState): Entry[] {
  return inOrder(state).flatMap((run) => state.entries[run.runId] ?? []);
}

/**
 * Where a queue stands after a run was put right before or after another. Ranks are given to the moved one and to all before it,
 * and kept by those that had one: what nobody has touched goes on to follow its priority. Null: the two do not stand in one queue.
 */
export function movedOrder(state: DispatchState, move: { runId: string; anchorId: string; place: 'before' | 'after' }): string[] | null {
  const run = state.runs[move.runId];
  if (!run || move.runId === move.anchorId) return null;
  const others = queueOf(state, run.projectId).filter((other) => other.runId !== move.runId);
  const anchor = others.findIndex((other) => other.runId === move.anchorId);
  if (anchor < 0 || !isQueued(run)) return null;
  const at = move.place === 'before' ? anchor : anchor + 1;
  const order = [...others.slice(0, at), run, ...others.slice(at)];
  const lastByHand = order.findLastIndex((other) => other.rank !== null || other.runId === run.runId);
  return order.slice(0, lastByHand + 1).map((other) => other.runId);
}

/** Within a priority, the n-th run of each member is of round n, counted from those of theirs that are at work. */
function roundsOf(runs: LiveRun[]): Map<string, number> {
  const begun = new Map<string, number>();
  const count = (key: string) => {
    const n = begun.get(key) ?? 0;
    begun.set(key, n + 1);
    return n;
  };
  const working = new Map<string, number>();
  for (const run of runs) if (run.slot) working.set(memberOf(run), (working.get(memberOf(run)) ?? 0) + 1);
  const queued = runs.filter(isQueued).sort(byAge);
  return new Map(queued.map((run) => [run.runId, (working.get(memberOf(run)) ?? 0) + count(`${run.priority} ${memberOf(run)}`)]));
}

function memberOf(run: LiveRun): string {
  return run.addedBy?.id ?? '';
}

function byAge(a: LiveRun, b: LiveRun): number {
  return a.addedAt - b.addedAt || (a.runId < b.runId ? -1 : 1);
}
