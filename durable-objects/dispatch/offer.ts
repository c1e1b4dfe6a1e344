import type { DispatchCommand } from './dispatch-command.ts';
import { type DispatchState, type Entry, type LiveRun, lineOf } from './dispatch-state.ts';
import { askingMachine, heldRuns, obstacleOf } from './match.ts';
import { inOrder, queueOf } from './order.ts';
import { countSlots, type SlotCount } from './slots.ts';

/** Needs that may be given to some runner now, in order: not held by one, in an open project, and with a slot or room for one. */
export function offered(state: DispatchState, now: number): Entry[] {
  const slots = countSlots(state);
  return inOrder(state).flatMap((run) => {
    const entry = openEntry(state, run, now);
    return entry && (run.slot || slots.hasRoom(run.projectId)) ? [entry] : [];
  });
}

/**
 * What a runner that asks is given: at most `room` needs that it can serve. First those that hold their slot and lost their machine;
 * then the head of each project's queue in turn, each taking a slot.
 */
export function choose(state: DispatchState, asking: { runnerId: string; room: number; now: number }): Entry[] {
  const machine = askingMachine(state, asking.runnerId, asking.now);
  if (machine === null || asking.room <= 0) return [];
  const servable = (run: LiveRun) => {
    const entry = openEntry(state, run, asking.now);
    return entry && obstacleOf(machine, entry.need) === null ? [entry] : [];
  };
  const holding = Object.values(state.runs).filter((run) => run.slot);
  const slots = countSlots(state);
  const projects = [...new Set(Object.values(state.entries).map((entry) => entry.need.projectId))];
  const lines = projects
    .filter(slots.hasRoom)
    .map((id) => ({ id, turn: lineOf(state, id).turn, entries: queueOf(state, id).flatMap(servable) }));
  const kept = holding.flatMap(servable).slice(0, asking.room);
  return [...kept, ...inTurn(lines, asking.room - kept.length, slots)];
}

interface Line {
  id: string;
  turn: number;
  entries: Entry[];
}

/** The line that was served longest ago is next; ages break ties. */
function inTurn(lines: Line[], room: number, slots: SlotCount): Entry[] {
  const taken: Entry[] = [];
  let last = Math.max(0, ...lines.map((line) => line.turn));
  while (taken.length < room) {
    const open = lines.filter((line) => line.entries.length > 0 && slots.hasRoom(line.id));
    const next = open.sort((a, b) => a.turn - b.turn || (a.entries[0]?.addedAt ?? 0) - (b.entries[0]?.addedAt ?? 0))[0];
    const entry = next?.entries.shift();
    if (!next || !entry) break;
    last += 1;
    next.turn = last;
    slots.take(next.id);
    taken.push(entry);
  }
  return taken;
}

/** The entry of a run that nobody holds, in a project where things are begun. */
function openEntry(state: DispatchState, run: LiveRun, now: number): Entry | null {
  const entry = state.entries[run.runId];
  const line = lineOf(state, run.projectId);
  const closed = line.paused !== null || line.archived || line.gone || run.removal !== null;
  return entry && !closed && entry.visibleAt <= now ? entry : null;
}

/** The runner could be given something now. */
export function hasWork(state: DispatchState, runnerId: string, now: number): boolean {
  return choose(state, { runnerId, room: 1, now }).length > 0;
}

/** What changes nothing for the better for any runner. */
const QUIET: ReadonlySet<DispatchCommand['kind']> = new Set([
  'register',
  'went_live',
  'withdraw',
  'pull',
  'told',
  'silent',
  'remove',
  'reorder',
]);
/** What changes which runner can have what: everything is looked at again. */
const SHIFTS: ReadonlySet<DispatchCommand['kind']> = new Set(['set_runner', 'announce', 'report', 'check_runner', 'tick']);

/** Needs that some runner may have after a command and could not before it; a need that is asked for again counts as new. */
export function newlyOffered(before: DispatchState, after: DispatchState, command: DispatchCommand): Entry[] {
  const { now, kind } = command;
  // Most words are of runs that are held already: with nothing to be had there is nobody to look for.
  if (QUIET.has(kind) || isEmpty(after.entries)) return [];
  if (SHIFTS.has(kind)) return offered(after, now);
  const known = new Set(offered(before, now).map((entry) => entry.messageId));
  const asked = kind === 'enqueue' ? command.need.runId : null;
  return offered(after, now).filter((entry) => !known.has(entry.messageId) || entry.runId === asked);
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

/** So many are rung for each run that may begin: one may be asleep, and another come first. */
const RUNG_EACH = 3;

/**
 * Whose bells ring for these needs: runners that can serve one of them, those with most room first, and a few for each run that may begin. An
 * organisation's other idle machines are left in peace; were all the rung ones deaf, their polling would find it.
 */
export function runnersToRing(state: DispatchState, needs: Entry[], at: { bells: string[]; now: number }): Set<string> {
  const room = roomOf(state, at.now);
  const most = RUNG_EACH * mayBegin(state, needs);
  const rung = new Set<string>();
  for (const runnerId of at.bells.toSorted((a, b) => room(b) - room(a))) {
    if (rung.size >= most) break;
    const machine = askingMachine(state, runnerId, at.now);
    if (machine !== null && needs.some((entry) => obstacleOf(machine, entry.need) === null)) rung.add(runnerId);
  }
  return rung;
}

/** For how many more runs a runner has room, as far as is known here. */
export function roomOf(state: DispatchState, now: number): (runnerId: string) => number {
  const held = heldRuns(state, now);
  return (runnerId) => (state.runners[runnerId]?.slots ?? 0) - (held.get(runnerId)?.size ?? 0);
}

function mayBegin(state: DispatchState, needs: Entry[]): number {
  const slots = countSlots(state);
  return needs.filter(({ runId }) => {
    const run = state.runs[runId];
    if (!run || (!run.slot && !slots.hasRoom(run.projectId))) return false;
    if (!run.slot) slots.take(run.projectId);
    return true;
  }).length;
}
