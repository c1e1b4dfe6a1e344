import type { CommandOf, DispatchCommand } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, isQueued, type LiveRun, type Placed } from './dispatch-state.ts';
import { queueOf } from './order.ts';

/**
 * What a person's hand does to a queue. Only what was moved is marked and written: at the top it gets a rank before all others; elsewhere
 * it stands right behind another run, wherever that one goes by its priority. When that one begins or is moved itself, who stood behind it
 * keeps their place, behind the next one above.
 *
 *   a   b   c   d          d moved behind a:   a ◀─d   b   c        a begins:   d(rank)   b   c
 *
 * Null: the two do not stand in one queue, or the move changes nothing.
 */
export function placesOf(state: DispatchState, move: Pick<CommandOf<'reorder'>, 'runId' | 'anchorId' | 'place'>): Placed[] | null {
  const run = state.runs[move.runId];
  if (!run || !isQueued(run)) return null;
  const order = queueOf(state, run.projectId);
  const others = order.filter((other) => other.runId !== run.runId);
  const anchor = others.findIndex((other) => other.runId === move.anchorId);
  const at = move.place === 'before' ? anchor : anchor + 1;
  if (anchor < 0 || order[at]?.runId === run.runId) return null;
  const above = others[at - 1];
  if (above && !above.front) return [behind(state, run.runId, above.runId)];
  // Who had a slot before stands before every rank: put below somebody, they need one as well.
  const pushed = others.slice(at).filter((other) => other.front);
  const ids = [run.runId, ...pushed.map((other) => other.runId)];
  const first = lowestRank(others) - ids.length;
  return ids.map((runId, nth) => ({ runId, rank: first + nth, behind: null, byHand: nth === 0 }));
}

/** Who stood behind a run that has left the queue, or was put elsewhere by `command`, stands behind the next one above. */
export function keptPlaces(before: DispatchState, after: DispatchState, command: DispatchCommand): DispatchEvent[] {
  if (before.runs === after.runs) return [];
  const put = command.kind === 'reorder' || command.kind === 'prioritise' ? command.runId : null;
  const stays = ({ runId }: { runId: string }) => runId !== put && after.runs[runId] !== undefined && isQueued(after.runs[runId]);
  const lost = Object.values(after.runs).filter((run) => run.runId !== put && run.behind !== null && isQueued(run) && !stays(run.behind));
  const projects = new Set(lost.map((run) => run.projectId));
  const places = [...projects].flatMap((projectId) => {
    const order = queueOf(before, projectId);
    let top = lowestRank(queueOf(after, projectId));
    return order.flatMap((run, at): Placed[] => {
      if (!lost.some(({ runId }) => runId === run.runId)) return [];
      const above = order.slice(0, at).findLast(stays);
      if (above && !above.front) return [behind(after, run.runId, above.runId)];
      top -= 1;
      return [{ runId: run.runId, rank: top, behind: null, byHand: run.byHand }];
    });
  });
  return places.length === 0 ? [] : [{ kind: 'order_set', places }];
}

function behind(state: DispatchState, runId: string, above: string): Placed {
  const nths = Object.values(state.runs).flatMap((run) => (run.behind?.runId === above ? [run.behind.nth] : []));
  return { runId, rank: null, behind: { runId: above, nth: Math.max(0, ...nths) + 1 }, byHand: true };
}

function lowestRank(runs: LiveRun[]): number {
  return Math.min(1, ...runs.flatMap((run) => run.rank ?? []));
}
