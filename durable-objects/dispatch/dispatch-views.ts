import type { RunnerStatus } from '@specwright/protocol/runners-api.ts';
import type { AckResult, QueueEntry } from './dispatch-port.ts';
import type { DispatchState } from './dispatch-state.ts';
import { heldRuns } from './match.ts';
import { entriesInOrder } from './order.ts';
import { isOnline, type KnownRunner, type LiveRunner, onlineUntil } from './runner-state.ts';
import { waits } from './waiting.ts';

/** `bells`: when each runner with an open doorbell was last heard. */
export interface Moment {
  now: number;
  onlineMs: number;
  bells: Map<string, number>;
}

export function onlineRunners(state: DispatchState, moment: Moment): Set<string> {
  const online = Object.values(state.runners).filter((runner) => isOnline(runner, moment.bells.get(runner.runnerId) ?? null, moment));
  return new Set(online.map((runner) => runner.runnerId));
}

/** Machines whose time comes one after the other are looked at together. */
const SILENCE_STEP_MS = 5_000;

/** When the first machine will count as offline if it stays silent; null: nothing waits for a machine, so that nobody would see it. */
export function nextSilenceAt(state: DispatchState, { now, onlineMs, bells }: Moment): number | null {
  if (Object.keys(state.entries).length === 0) return null;
  const ends = Object.values(state.runners).map((runner) => onlineUntil(runner, bells.get(runner.runnerId) ?? null, onlineMs));
  const next = Math.min(...ends.filter((at) => at > now));
  return Number.isFinite(next) ? Math.ceil(next / SILENCE_STEP_MS) * SILENCE_STEP_MS : null;
}

/** What dispatch answers about itself: each a function of its tables and the moment. */
export function needsView(state: DispatchState, moment: Moment): QueueEntry[] {
  const wait = waits(state, moment.now, onlineRunners(state, moment));
  return entriesInOrder(state).flatMap(({ runId, addedAt, need }) => {
    const run = state.runs[runId];
    const why = wait.get(runId);
    if (!run || !why) return [];
    return { runId, projectId: need.projectId, specId: run.specId, addedAt, reason: why.code === 'offered' ? null : why.message };
  });
}

export function runnersView(state: DispatchState, moment: Moment): LiveRunner[] {
  const held = heldRuns(state, moment.now);
  return Object.values(state.runners).map((runner) => {
    const { runnerId, version, slots, found, repositories, load } = runner;
    const faults = [...runner.faults, ...runner.breakers];
    const bell = moment.bells.get(runnerId) ?? null;
    const online = isOnline(runner, bell, moment);
    const jobs = [...(held.get(runnerId) ?? [])].flatMap((runId) => jobOf(state, runId));
    const lastSeenAt = Math.max(runner.lastSeenAt, bell ?? 0, runner.goneAt ?? 0);
    const since = { lastSeenAt, offlineSince: online ? null : lastSeenAt };
    return {
      ...{ id: runnerId, status: statusOf(state, runner, { online, busy: jobs.length > 0 }), online, ...since },
      ...{ version, slots, found, repositories, load, faults, jobs },
    };
  });
}

function statusOf(state: DispatchState, runner: KnownRunner, is: { online: boolean; busy: boolean }): RunnerStatus {
  const settings = state.settings[runner.runnerId];
  if (!is.online) return 'offline';
  if (settings?.paused) return 'paused';
  if (settings?.draining || runner.draining) return 'draining';
  return is.busy ? 'busy' : 'online';
}

function jobOf(state: DispatchState, runId: string): LiveRunner['jobs'] {
  const run = state.runs[runId];
  return run ? [{ runId, projectId: run.projectId, specId: run.specId, specTitle: run.specTitle }] : [];
}

/** Counts the leases that are still the newest of their message, and warns of the others. */
export function ackView(state: DispatchState, acks: string[], retries: string[]): AckResult {
  const known = new Set(Object.values(state.entries).map((entry) => entry.leaseId));
  const over = [...acks, ...retries].filter((leaseId) => !known.has(leaseId));
  return {
    ackCount: acks.filter((leaseId) => known.has(leaseId)).length,
    retryCount: retries.filter((leaseId) => known.has(leaseId)).length,
    warnings: Object.fromEntries(over.map((leaseId) => [leaseId, 'This lease of the message is over.'])),
  };
}
