import type { RunState } from '../run-state.ts';

/** Opens or closes the stretch of active time when the status changed: a run works while a machine is at it, not while it waits, is paused, or a person is asked. */
export function countActiveTime(next: RunState, at: number): void {
  const active = (next.status === 'running' || next.status === 'pausing' || next.status === 'stopping') && !next.question;
  if (active && next.activeSince === null) next.activeSince = at;
  if (!active && next.activeSince !== null) {
    next.activeMs += Math.max(0, at - next.activeSince);
    next.activeSince = null;
  }
}
