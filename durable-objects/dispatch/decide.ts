import type { AnnounceLife, MachineNeed } from '@specwright/protocol/pull.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, inOrder, shownEntries, slotsTaken } from './dispatch-state.ts';
import { evolve } from './evolve.ts';

/** What comes to dispatch. Clock and ids come with the command. */
export type DispatchCommand = { now: number } & (
  | { kind: 'register'; runId: string; projectId: string; specId: string; maxActive: number; reopened: boolean }
  | { kind: 'went_live'; runId: string }
  | { kind: 'left'; runId: string }
  | { kind: 'enqueue'; need: MachineNeed; messageId: string }
  | { kind: 'withdraw'; runId: string }
  | { kind: 'pull'; runnerId: string; batchSize: number; visibilityMs: number; leaseIds: string[] }
  | { kind: 'ack'; acks: string[]; retries: { leaseId: string; delayMs: number }[] }
  | { kind: 'announce'; runnerId: string; runnerName: string; life: AnnounceLife }
  | { kind: 'told'; lifeId: string; runId: string }
);
type Of<K extends DispatchCommand['kind']> = Extract<DispatchCommand, { kind: K }>;

/** Below this, a sign of life is not worth a row. */
const SEEN_STEP_MS = 30_000;

/** Says what follows from a command: events, and after them every slot that is free goes to the oldest need that waits. */
export function decide(state: DispatchState, command: DispatchCommand): DispatchEvent[] {
  const events = eventsOf(state, command);
  return [...events, ...giveSlots(events.reduce(evolve, state))];
}

function eventsOf(state: DispatchState, command: DispatchCommand): DispatchEvent[] {
  switch (command.kind) {
    case 'register':
      return register(state, command);
    case 'went_live':
      return state.runs[command.runId]?.state === 'creating' ? [{ kind: 'run_went_live', runId: command.runId }] : [];
    case 'left':
      return state.runs[command.runId] ? [{ kind: 'run_left', runId: command.runId }] : [];
    case 'enqueue':
      return enqueue(state, command);
    case 'withdraw':
      return state.entries[command.runId] ? [{ kind: 'entry_removed', runId: command.runId }] : [];
    case 'pull':
      return pull(state, command);
    case 'ack':
      return ack(state, command);
    case 'announce':
      return announce(state, command);
    case 'told':
      return state.endings[command.lifeId] ? [{ kind: 'ending_told', lifeId: command.lifeId, runId: command.runId }] : [];
  }
}

function register(state: DispatchState, command: Of<'register'>): DispatchEvent[] {
  const { runId, projectId, specId, maxActive, reopened, now } = command;
  const limit: DispatchEvent[] = state.projects[projectId]?.maxActive === maxActive ? [] : [{ kind: 'limit_set', projectId, maxActive }];
  return state.runs[runId] ? limit : [...limit, { kind: 'run_registered', runId, projectId, specId, reopened, at: now }];
}

/** Asking again updates the entry and shows it at once: whoever held the message does not hold the run. */
function enqueue(state: DispatchState, command: Of<'enqueue'>): DispatchEvent[] {
  const { need, messageId, now } = command;
  const run = state.runs[need.runId];
  if (!run) return [];
  const before = state.entries[need.runId];
  const fresh = { runId: need.runId, messageId, addedAt: now, attempts: 0 };
  const entry = { ...(before ?? fresh), need, visibleAt: now, leaseId: null, heldBy: null };
  const live: DispatchEvent[] = run.state === 'creating' ? [{ kind: 'run_went_live', runId: need.runId }] : [];
  return [...live, { kind: 'entry_put', entry }];
}

/** A runner is given no more than it has room for: what it asks for, less what it holds and has not acknowledged. */
function pull(state: DispatchState, command: Of<'pull'>): DispatchEvent[] {
  const { runnerId, now } = command;
  const runner = state.runners[runnerId];
  const held = Object.values(state.entries).filter((entry) => entry.heldBy === runnerId && entry.visibleAt > now).length;
  const room = Math.max(0, Math.min(command.batchSize, (runner?.slots ?? 1) - held, command.leaseIds.length));
  const seen: DispatchEvent[] = runner && now - runner.lastSeenAt >= SEEN_STEP_MS ? [{ kind: 'runner_seen', runnerId, at: now }] : [];
  const given = shownEntries(state, now).slice(0, room);
  const visibleAt = now + command.visibilityMs;
  const leased = given.map(
    (entry, i): DispatchEvent => ({
      kind: 'entry_leased',
      runId: entry.runId,
      leaseId: command.leaseIds[i] ?? '',
      heldBy: runnerId,
      visibleAt,
    }),
  );
  return [...seen, ...leased];
}

/** Only the newest lease of a message counts; acknowledging late changes nothing, for the run itself knows who holds it. */
function ack(state: DispatchState, command: Of<'ack'>): DispatchEvent[] {
  const byLease = (leaseId: string) => Object.values(state.entries).find((entry) => entry.leaseId === leaseId);
  const removed = command.acks.flatMap((leaseId): DispatchEvent[] => {
    const entry = byLease(leaseId);
    return entry ? [{ kind: 'entry_removed', runId: entry.runId }] : [];
  });
  const shown = command.retries.flatMap(({ leaseId, delayMs }): DispatchEvent[] => {
    const entry = byLease(leaseId);
    return entry ? [{ kind: 'entry_shown', runId: entry.runId, visibleAt: command.now + delayMs }] : [];
  });
  return [...removed, ...shown];
}

/** A new life: messages that an ended life of this runner held are shown again, and every live run hears of the ended ones. */
function announce(state: DispatchState, command: Of<'announce'>): DispatchEvent[] {
  const { runnerId, runnerName, life, now } = command;
  const { lifeId, version, slots, found } = life;
  const runner = { runnerId, name: runnerName, lifeId, version, slots, found, lastSeenAt: now };
  const live = Object.keys(state.runs);
  const ended = life.endedLives.filter((id) => id !== lifeId);
  const endings = live.length === 0 ? [] : ended.map((id): DispatchEvent => ({ kind: 'life_ended', lifeId: id, untold: live }));
  const held = ended.length === 0 ? [] : Object.values(state.entries).filter((entry) => entry.heldBy === runnerId);
  const shown = held.map((entry): DispatchEvent => ({ kind: 'entry_shown', runId: entry.runId, visibleAt: now }));
  return [{ kind: 'runner_announced', runner }, ...endings, ...shown];
}

function giveSlots(state: DispatchState): DispatchEvent[] {
  const taken = new Map<string, number>();
  return inOrder(state).flatMap((entry): DispatchEvent[] => {
    const run = state.runs[entry.runId];
    if (!run || run.slot) return [];
    const used = taken.get(run.projectId) ?? slotsTaken(state, run.projectId);
    if (used >= (state.projects[run.projectId]?.maxActive ?? 1)) return [];
    taken.set(run.projectId, used + 1);
    return [{ kind: 'slot_given', runId: run.runId }];
  });
}
