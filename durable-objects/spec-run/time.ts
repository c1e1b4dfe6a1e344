import { LIFE_ENDED } from '@specwright/protocol/evolve/lease-events.ts';
import { wantsMachine } from '@specwright/protocol/obligations.ts';
import { isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';
import { loseLease } from './lose-lease.ts';
import { proceed } from './next-job.ts';

const RUNNER_REVOKED = 'RUNNER_REVOKED';

/** Time passed: a silent lease lapses, a wait for a time ends, a wait for a machine is given up. */
export function decideTick(draft: Draft, lastHeardAt: number | null): Decision {
  const { lease } = draft.state;
  const silent = lastHeardAt === null || draft.now - lastHeardAt >= draft.rules.leaseMs;
  if (lease?.state === 'held' && silent) lapse(draft, lease.fence, lease.runnerName);
  endTimedWait(draft);
  giveUp(draft);
  return decided(draft, { code: 'LEASE_LAPSED', message: 'The machine has gone silent; another may go on.' });
}

/** A process that had the lease is known to be dead: nothing can revive it. */
export function decideLifeEnded(draft: Draft, said: { lifeId: string; runnerId?: string | null }): Decision {
  const { lease, status } = draft.state;
  if (lease === null || lease.lifeId !== said.lifeId || isAtRest(draft.state)) return decided(draft);
  if (said.runnerId != null && said.runnerId !== lease.runnerId) return decided(draft);
  loseLease(draft, { code: LIFE_ENDED, message: `${lease.runnerName} started anew.` });
  if (status === 'running' || status === 'queued') askWhenTooMany(draft);
  proceed(draft);
  return decided(draft, { code: LIFE_ENDED, message: 'The runner started anew; the run goes on with the first that asks.' });
}

/** A runner was revoked: its lease ends at once, and the run is offered to others. That is no fault of the work's or the machine's. */
export function decideRunnerGone(draft: Draft, runnerId: string): Decision {
  const { lease } = draft.state;
  if (lease === null || lease.runnerId !== runnerId || isAtRest(draft.state)) return decided(draft);
  loseLease(draft, { code: RUNNER_REVOKED, message: `${lease.runnerName} was revoked.` });
  proceed(draft);
  return decided(draft, { code: RUNNER_REVOKED, message: 'The runner was revoked; the run goes on with the first that asks.' });
}

/** Too many faults in a row without an ended attempt: a person is asked, rather than trying for ever. */
export function askWhenTooMany(draft: Draft): boolean {
  const { faultsInRow, status } = draft.state;
  if (faultsInRow < draft.rules.faultsInRow || (status !== 'running' && status !== 'queued')) return false;
  loseLease(draft, { code: 'FAULTS_IN_A_ROW', message: 'The run asks a person first.' });
  const last = lastFault(draft.state);
  const told = last === '' ? '' : ` The last time: ${last}`;
  const message = `The machine failed ${faultsInRow} times in a row without finishing an attempt. See to the runner, then resume.${told}`;
  add(draft, { kind: 'wait_started', reason: { code: 'FAULTS_IN_A_ROW', message }, waitFor: 'person', untilAt: null });
  return true;
}

/** What the latest attempt that ended by the machine's fault said; empty: its machine fell silent. */
function lastFault(state: RunState): string {
  const faults = state.items.flatMap((item) => item.attempts).filter((attempt) => attempt.result === 'runner_fault');
  return faults.reduce((a, b) => ((b.endedAt ?? 0) >= (a?.endedAt ?? 0) ? b : a), faults[0])?.message ?? '';
}

function lapse(draft: Draft, fence: number, runnerName: string): void {
  add(draft, { kind: 'lease_lapsed', fence, reason: { code: 'SILENT', message: `${runnerName} has not been heard of.` } });
  const { status } = draft.state;
  // A stop waits for the lease's end at the longest: what the runner may still do is evidence, never a result.
  if (status === 'stopping') loseLease(draft, { code: 'SILENT', message: `${runnerName} has not been heard of.` });
  if (status === 'pausing') add(draft, { kind: 'run_paused' });
  if (!askWhenTooMany(draft)) proceed(draft);
}

function endTimedWait(draft: Draft): void {
  const { status, wait } = draft.state;
  if (status !== 'waiting' || wait?.waitFor !== 'time' || (wait.untilAt ?? 0) > draft.now) return;
  add(draft, { kind: 'wait_ended', reason: { code: 'TIME', message: 'The time is over.' } });
  proceed(draft);
}

// A run that is queued logs nothing: its last event says since when.
function giveUp(draft: Draft): void {
  const { before, now, rules } = draft;
  if (!wantsMachine(before) || !wantsMachine(draft.state) || now - before.updatedAt < rules.noMachineMs) return;
  const hours = Math.round(rules.noMachineMs / 3_600_000);
  const { broke } = draft.state;
  const mend = broke ? `${broke.runnerName} gave it back: ${broke.reason.message}` : 'Start a runner that has the repository, then resume.';
  const message = `No machine took the run within ${hours} hours. ${mend}`;
  loseLease(draft, { code: 'NO_MACHINE', message });
  add(draft, { kind: 'run_failed', reason: { code: 'NO_MACHINE', message }, fault: 'machine' });
}
