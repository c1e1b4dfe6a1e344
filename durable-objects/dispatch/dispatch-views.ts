import type { Runner } from '@specwright/protocol/api.ts';
import type { AckResult, QueueEntry } from './dispatch-port.ts';
import { type DispatchState, inOrder, waitReason } from './dispatch-state.ts';

/** What dispatch answers about itself: each a function of its tables. */
export function needsView(state: DispatchState): QueueEntry[] {
  return inOrder(state).map((entry) => {
    const { runId, addedAt, need } = entry;
    return { runId, projectId: need.projectId, specId: state.runs[runId]?.specId ?? '', addedAt, reason: waitReason(state, entry) };
  });
}

/** `heard`: when each runner with an open doorbell was last heard. Online: heard within `onlineMs`. */
export function runnersView(
  state: DispatchState,
  heard: Map<string, number>,
  clock: { now: number; onlineMs: number },
): Omit<Runner, 'name'>[] {
  return Object.values(state.runners).map(({ runnerId, version, slots, found, lastSeenAt }) => {
    const seenAt = Math.max(lastSeenAt, heard.get(runnerId) ?? 0);
    const online = heard.has(runnerId) && clock.now - seenAt < clock.onlineMs;
    return { id: runnerId, online, lastSeenAt: seenAt, version, slots, found };
  });
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
