import type { EventOf, RunEvent } from '../run-event.ts';
import type { RunState } from '../run-state.ts';
import { resetChunk } from './chunk-events.ts';
import { changeItem } from './items.ts';

type RunLevelEvent = Extract<
  RunEvent,
  { kind: `run_${string}` | `wait_${string}` | 'pause_requested' | 'stop_requested' | 'limits_raised' }
>;

/** What becomes of the run as a whole: pauses, waits, ends and new beginnings. */
export function applyRunEvent(next: RunState, event: RunLevelEvent & { at: number }): void {
  switch (event.kind) {
    case 'pause_requested':
      next.status = 'pausing';
      return;
    case 'run_paused':
      next.status = 'paused';
      return;
    case 'run_resumed':
      next.faultsInRow = 0;
      if (next.job !== null) next.job = { ...next.job, held: false };
      next.status = next.wait === null ? working(next) : 'waiting';
      return;
    case 'stop_requested':
      next.status = 'stopping';
      return;
    case 'limits_raised':
      next.settings = { ...next.settings, maxCostMicros: event.maxCostMicros, maxTokens: event.maxTokens };
      return;
    case 'wait_started': {
      const { reason, waitFor, untilAt } = event;
      next.wait = { reason, waitFor, untilAt };
      next.reason = reason;
      next.status = 'waiting';
      return;
    }
    case 'wait_ended':
      if (next.wait?.waitFor === 'person') next.faultsInRow = 0;
      next.wait = null;
      next.reason = null;
      if (next.status === 'waiting') next.status = working(next);
      return;
    case 'run_reopened':
      reopen(next);
      return;
    case 'run_completed':
    case 'run_failed':
    case 'run_cancelled':
      rest(next, event);
      return;
  }
}

function working(next: RunState): 'running' | 'queued' {
  return next.lease?.state === 'held' ? 'running' : 'queued';
}

// The configuration is read anew: a person may have mended the file that stopped the run.
function reopen(next: RunState): void {
  next.status = 'queued';
  next.reason = null;
  next.fault = null;
  next.wait = null;
  next.endedAt = null;
  next.configuration = null;
  next.faultsInRow = 0;
  for (const item of next.items) {
    if (item.kind === 'chunk' && item.status === 'failed') resetChunk(next, item.id);
    else if (item.status === 'cancelled' && isAlive(next, item.parentId)) changeItem(next, item.id, () => ({ status: 'pending' }));
  }
}

// A fix comes back with its chunk when both were stopped; the fix of a chunk that was reset stays abandoned.
function isAlive(next: RunState, parentId: string | null): boolean {
  if (parentId === null) return true;
  const parent = next.items.find((item) => item.id === parentId);
  return parent !== undefined && parent.spent > 0 && (parent.status === 'pending' || parent.status === 'cancelled');
}

function rest(next: RunState, event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'> & { at: number }): void {
  next.status = event.kind === 'run_completed' ? 'completed' : event.kind === 'run_failed' ? 'failed' : 'cancelled';
  next.reason = event.kind === 'run_completed' ? null : event.reason;
  next.fault = event.kind === 'run_failed' ? event.fault : null;
  next.wait = null;
  next.endedAt = event.at;
  next.resetTo = null;
  const open = event.kind === 'run_cancelled' ? 'cancelled' : 'pending';
  for (const item of next.items) if (isOpen(next, item.id)) changeItem(next, item.id, () => ({ status: open }));
}

function isOpen(next: RunState, id: string): boolean {
  const item = next.items.find((candidate) => candidate.id === id);
  if (item === undefined) return false;
  if (item.status === 'running' || item.status === 'reviewing') return true;
  return item.kind === 'fix' && item.status === 'pending';
}
