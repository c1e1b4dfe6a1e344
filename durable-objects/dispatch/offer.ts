import type { DispatchCommand } from './dispatch-command.ts';
import type { DispatchState, Entry } from './dispatch-state.ts';
import { askingMachine, obstacleOf } from './match.ts';
import { entriesInOrder } from './order.ts';
import { countSlots } from './slots.ts';

/** Needs that may be given to some runner now, in order: not held by one, and with a slot or room for one. */
export function offered(state: DispatchState, now: number): Entry[] {
  const slots = countSlots(state);
  return entriesInOrder(state).filter(({ runId, visibleAt }) => {
    const run = state.runs[runId];
    return run !== undefined && visibleAt <= now && (run.slot || slots.hasRoom(run.projectId));
  });
}

/** What a runner that asks is given: at most `room` needs that it can serve, each with a slot. */
export function choose(state: DispatchState, asking: { runnerId: string; room: number; now: number }): Entry[] {
  const machine = askingMachine(state, asking.runnerId);
  if (machine === null) return [];
  const slots = countSlots(state);
  const chosen: Entry[] = [];
  for (const entry of offered(state, asking.now)) {
    if (chosen.length >= asking.room) break;
    const run = state.runs[entry.runId];
    if (!run || obstacleOf(machine, entry.need) !== null) continue;
    if (!run.slot && !slots.hasRoom(run.projectId)) continue;
    if (!run.slot) slots.take(run.projectId);
    chosen.push(entry);
  }
  return chosen;
}

/** The runner could be given something now. */
export function hasWork(state: DispatchState, runnerId: string, now: number): boolean {
  return choose(state, { runnerId, room: 1, now }).length > 0;
}

/** Needs that some runner may have after a command and could not before it; a need that is asked for again counts as new. */
export function newlyOffered(before: DispatchState, after: DispatchState, command: DispatchCommand): Entry[] {
  const { now } = command;
  if (command.kind === 'set_runner' || command.kind === 'announce' || command.kind === 'report') return offered(after, now);
  const known = new Set(offered(before, now).map((entry) => entry.messageId));
  const asked = command.kind === 'enqueue' ? command.need.runId : null;
  return offered(after, now).filter((entry) => !known.has(entry.messageId) || entry.runId === asked);
}

/** One of these needs is for this runner. */
export function concerned(state: DispatchState, runnerId: string, entries: Entry[]): boolean {
  const machine = askingMachine(state, runnerId);
  return machine !== null && entries.some((entry) => obstacleOf(machine, entry.need) === null);
}
