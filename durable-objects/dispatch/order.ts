import { type DispatchState, type Entry, isQueued, type LiveRun, lineOf } from './dispatch-state.ts';

/**
 * The queue of a project, first to last: who had a slot before; then whom a person has put at the top; then by priority; within one by time,
 * or, with fair sharing, so that members take turns. Whom a person has put behind another stands there.
 */
export function queueOf(state: DispatchState, projectId: string): LiveRun[] {
  const runs = Object.values(state.runs).filter((run) => run.projectId === projectId);
  const queued = runs.filter(isQueued);
  const round = lineOf(state, projectId).fairSharing ? roundsOf(runs) : new Map<string, number>();
  const followers = followersOf(queued);
  if (followers.size === 0) return sortedBy(queued, round);
  const following = new Set([...followers.values()].flat());
  const free = queued.filter((run) => !following.has(run));
  return sortedBy(free, round).flatMap((run) => withFollowers(run, followers));
}

function sortedBy(runs: LiveRun[], round: Map<string, number>): LiveRun[] {
  return runs.sort((a, b) => {
    const byHand = (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) || 0;
    const turn = (round.get(a.runId) ?? 0) - (round.get(b.runId) ?? 0);
    return Number(b.front) - Number(a.front) || byHand || b.priority - a.priority || turn || byAge(a, b);
  });
}

/** By whom they stand behind, nearest first. */
function followersOf(queued: LiveRun[]): Map<string, LiveRun[]> {
  const ids = new Set(queued.map((run) => run.runId));
  const followers = new Map<string, LiveRun[]>();
  for (const run of queued) {
    if (run.behind === null || !ids.has(run.behind.runId)) continue;
    followers.set(run.behind.runId, [...(followers.get(run.behind.runId) ?? []), run]);
  }
  for (const runs of followers.values()) runs.sort((a, b) => (b.behind?.nth ?? 0) - (a.behind?.nth ?? 0));
  return followers;
}

function withFollowers(run: LiveRun, followers: Map<string, LiveRun[]>): LiveRun[] {
  return [run, ...(followers.get(run.runId) ?? []).flatMap((follower) => withFollowers(follower, followers))];
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
