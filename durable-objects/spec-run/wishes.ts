import { refuse } from '@specwright/protocol/error-code.ts';
import { ledgerOf } from '@specwright/protocol/ledger.ts';
import type { PersonCommand } from '@specwright/protocol/run-command.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { changePlan } from './chunk-wishes.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';
import { loseLease } from './lose-lease.ts';
import { BUDGET } from './money.ts';
import { proceed } from './next-job.ts';
import { closeQuestion } from './questions.ts';

type Wish<K extends PersonCommand['kind']> = Extract<PersonCommand, { kind: K }>;

/** The step in hand ends first; with nothing in hand the run is paused at once. Asked twice, it is one pause. */
export function decidePause(draft: Draft, actor: Actor | null): Decision {
  const { status, job, lease } = draft.state;
  if (status === 'stopping') return refuse('CONFLICT', 'The run is being stopped.');
  if (status === 'pausing' || status === 'paused') return decided(draft);
  add(draft, { kind: 'pause_requested', actor });
  if (job === null || lease?.state !== 'held') add(draft, { kind: 'run_paused' });
  return decided(draft);
}

/** A job that is out under a living lease ends first (stopping); else the run is cancelled at once. */
export function decideStop(draft: Draft, actor: Actor | null): Decision {
  const { status, job, lease } = draft.state;
  if (status === 'stopping') return decided(draft);
  closeQuestion(draft, 'stopped');
  add(draft, { kind: 'stop_requested', actor });
  if (job !== null && lease?.state !== 'held') loseLease(draft, { code: 'STOPPED', message: 'The run was stopped.' });
  proceed(draft);
  return decided(draft);
}

/** Ends a pause or a wait; opens a failed or cancelled run again. */
export function decideResume(draft: Draft, wish: Wish<'resume'>): Decision {
  const { status } = draft.state;
  if (status === 'completed') return refuse('RUN_COMPLETED', 'The run is completed.');
  if (status === 'stopping') return refuse('CONFLICT', 'The run is being stopped.');
  if (draft.state.job === null && status !== 'running' && status !== 'queued') {
    const refusal = changePlan(draft, wish);
    if (refusal !== null) return refusal;
  }
  if (status === 'failed' || status === 'cancelled') add(draft, { kind: 'run_reopened', actor: wish.actor });
  if (status === 'pausing' || status === 'paused') add(draft, { kind: 'run_resumed', actor: wish.actor });
  endWait(draft, status === 'paused');
  proceed(draft);
  return decided(draft, { code: 'RESUMED', message: 'The run goes on and needs a machine.' });
}

// A pause does not shorten a provider's limit; a resume of the wait itself says "try now".
function endWait(draft: Draft, afterPause: boolean): void {
  const { status, wait } = draft.state;
  if (status !== 'waiting' || wait === null) return;
  if (afterPause && wait.waitFor === 'time' && (wait.untilAt ?? 0) > draft.now) return;
  add(draft, { kind: 'wait_ended', reason: { code: 'RESUMED', message: 'A person resumed the run.' } });
}

/** New limits; null: none. What is spent or reserved already cannot be taken back. */
export function decideRaiseLimits(draft: Draft, wish: Wish<'raise_limits'>): Decision {
  const { state } = draft;
  if (state.status === 'completed') return refuse('RUN_COMPLETED', 'The run is completed.');
  const { maxCostMicros, maxTokens, actor } = wish;
  const spent = ledgerOf(state);
  if (maxCostMicros !== null && maxCostMicros < spent.micros + (state.job?.reservedMicros ?? 0))
    return refuse('BAD_REQUEST', 'More than that is spent or reserved already.');
  if (maxTokens !== null && maxTokens < spent.tokens + (state.job?.reservedTokens ?? 0))
    return refuse('BAD_REQUEST', 'More tokens than that are spent or reserved already.');
  add(draft, { kind: 'limits_raised', maxCostMicros, maxTokens, actor });
  if (wish.batch !== undefined && state.phase !== undefined) add(draft, { kind: 'budget_raised', ...wish.batch, actor });
  if (state.wait?.reason.code === BUDGET && !isAtRest(state))
    add(draft, { kind: 'wait_ended', reason: { code: 'LIMITS_RAISED', message: 'The limits were raised.' } });
  proceed(draft);
  return decided(draft, { code: 'LIMITS_RAISED', message: 'The run goes on and needs a machine.' });
}
