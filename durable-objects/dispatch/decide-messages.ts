import type { MachineNeed } from '@specwright/protocol/pull.ts';
import { gaveBack } from './breakers.ts';
import type { CommandOf } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, type Entry, type LiveRun, lineOf } from './dispatch-state.ts';
import { choose } from './offer.ts';

/** Below this, a sign of life is not worth a row; nor is that of a runner whose doorbell answers. */
const SEEN_STEP_MS = 30_000;

/**
 * Asking again updates the entry and shows it at once: whoever held the message does not hold the run. A need that is no younger
 * than the newest one was sent twice or came late, and changes nothing.
 */
export function decideEnqueue(state: DispatchState, { need, messageId, now }: CommandOf<'enqueue'>): DispatchEvent[] {
  const run = state.runs[need.runId];
  if (!run || run.removal !== null || lineOf(state, run.projectId).gone || (need.askedAt > 0 && need.askedAt <= run.askedAt)) return [];
  const fresh = { runId: need.runId, messageId, addedAt: now, attempts: 0 };
  const entry = { ...(state.entries[need.runId] ?? fresh), need, visibleAt: now, leaseId: null, heldBy: null };
  const live: DispatchEvent[] = run.state === 'creating' ? [{ kind: 'run_went_live', runId: need.runId }] : [];
  const brokeFence = Math.max(run.brokeFence, need.broke?.fence ?? 0);
  return [...live, ...brokenBy(state, run, need, now), { kind: 'entry_put', entry, askedAt: need.askedAt, brokeFence }];
}

/** The need itself says which machine broke: by the time it is offered, that one is out. */
function brokenBy(state: DispatchState, run: LiveRun, { broke }: MachineNeed, now: number): DispatchEvent[] {
  const machine = broke && broke.fence > run.brokeFence ? state.runners[broke.runnerId] : undefined;
  const told = broke && machine ? gaveBack(machine, broke, now) : null;
  return told === null || !machine ? [] : [{ kind: 'runner_told', runnerId: machine.runnerId, told }];
}

/** A runner is given no more than it has room for: what it asks for, less what it holds and has not acknowledged. */
export function decidePull(state: DispatchState, command: CommandOf<'pull'>): DispatchEvent[] {
  const { runnerId, now, leaseIds } = command;
  const runner = state.runners[runnerId];
  if (!runner) return [];
  const held = Object.values(state.entries).filter((entry) => entry.heldBy === runnerId && entry.visibleAt > now).length;
  const room = Math.max(0, Math.min(command.batchSize, runner.slots - held, leaseIds.length));
  const quiet = (command.isHeard || now - runner.lastSeenAt < SEEN_STEP_MS) && runner.goneAt === null;
  const seen: DispatchEvent[] = quiet ? [] : [{ kind: 'runner_told', runnerId, told: { lastSeenAt: now, goneAt: null } }];
  const visibleAt = now + command.visibilityMs;
  const lastTurn = Math.max(0, ...Object.values(state.projects).map((line) => line.turn));
  const given = choose(state, { runnerId, room, now }).flatMap((entry, at): DispatchEvent[] => {
    const { projectId } = entry.need;
    const turn = lastTurn + at + 1;
    const slot: DispatchEvent[] = state.runs[entry.runId]?.slot
      ? []
      : [
          { kind: 'slot_given', runId: entry.runId, at: now },
          { kind: 'line_set', projectId, change: { turn } },
        ];
    return [...slot, { kind: 'entry_leased', runId: entry.runId, leaseId: leaseIds[at] ?? '', heldBy: runnerId, visibleAt }];
  });
  return [...seen, ...given];
}

/** Only the newest lease of a message counts; acknowledging late changes nothing, for the run itself knows who holds it. */
export function decideAck(state: DispatchState, { acks, retries, now }: CommandOf<'ack'>): DispatchEvent[] {
  const taken = acks.flatMap((leaseId): DispatchEvent[] => {
    const entry = byLease(state, leaseId);
    return entry ? [{ kind: 'entry_taken', runId: entry.runId, runnerId: entry.heldBy }] : [];
  });
  const shown = retries.flatMap(({ leaseId, delayMs }): DispatchEvent[] => {
    const entry = byLease(state, leaseId);
    return entry ? [{ kind: 'entry_shown', runId: entry.runId, visibleAt: now + delayMs }] : [];
  });
  return [...taken, ...shown];
}

function byLease(state: DispatchState, leaseId: string): Entry | undefined {
  return Object.values(state.entries).find((entry) => entry.leaseId === leaseId);
}
