import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { Item } from '@specwright/protocol/run-state.ts';
import type { FactOf, JobResult } from '@specwright/protocol/runner-fact.ts';
import { add, type Draft } from '../decision.ts';
import { endLease } from '../lose-lease.ts';
import { BUDGET } from '../money.ts';

/** A budget's end and a refused merge wait for a person; of what cannot be healed no heal was made: they spend no attempt. */
export function spendsPhase(result: JobResult): boolean {
  return result !== 'unhealable' && !waitsForPerson(result);
}

function waitsForPerson(result: JobResult): boolean {
  return result === 'over_budget' || result === 'merge_refused';
}

/** A batch is healed while its heals last; every other failure ends the run with its reason, for a person to retry. */
export function afterPhaseFailure(draft: Draft, itemId: string, fact: FactOf<'job_ended'>): void {
  const item = findItem(draft.state, itemId);
  if (item?.phase === undefined) return;
  const isStopping = draft.state.status === 'stopping';
  const message = fact.message || `The attempt ended as ${fact.result}.`;
  if (waitsForPerson(fact.result)) {
    if (isStopping) return;
    const code = fact.result === 'over_budget' ? BUDGET : (fact.code ?? 'MERGE_REFUSED');
    const told = fact.result === 'over_budget' ? `${item.title}: ${message} Raise the budget to go on.` : message;
    waitForPerson(draft, code, told);
    return;
  }
  const { config } = draft.state.phase ?? { config: null };
  const mayHeal =
    fact.result !== 'unhealable' &&
    item.phase.stage === 'implement' &&
    config?.autoHealEnabled === true &&
    item.heals < draft.state.settings.maxHeals;
  if (mayHeal) return;
  const tried = item.heals > 0 ? ` ${item.heals === 1 ? 'One heal was' : `${item.heals} heals were`} tried.` : '';
  const reason = {
    code: fact.code ?? fact.result.toUpperCase(),
    message: `${item.title} failed: ${failureOf(item, fact, message)}${tried}`,
  };
  add(draft, { kind: 'chunk_failed', chunkId: item.id, reason });
  // The run is cancelled; a resume gives the item its attempts back, as after any failure.
  if (isStopping) return;
  endLease(draft, reason);
  add(draft, { kind: 'run_failed', reason, fault: 'chunk' });
}

/** What was not healed failed before: that is told with why. */
function failureOf(item: Item, fact: FactOf<'job_ended'>, message: string): string {
  if (fact.result !== 'unhealable') return message;
  const failed = item.attempts.findLast(({ jobId, result }) => jobId !== fact.jobId && result !== null && result !== 'lost');
  return `${failed?.message ?? ''} It was not healed: ${message}`.trim();
}

/** Pause between batches: after each that has another behind it. */
export function pauseAfter(draft: Draft, root: Item): void {
  const { phase, status, items } = draft.state;
  if (root.phase?.stage !== 'implement' || phase?.config.pauseBetweenBatches !== true || status !== 'running') return;
  const more = items.some((item) => item.phase?.stage === 'implement' && item.status === 'pending');
  if (more) add(draft, { kind: 'pause_requested', actor: null });
}

function waitForPerson(draft: Draft, code: string, message: string): void {
  const { status } = draft.state;
  const reason = { code, message };
  endLease(draft, reason);
  add(draft, { kind: 'wait_started', reason, waitFor: 'person', untilAt: null });
  if (status === 'pausing' || status === 'paused') add(draft, { kind: 'run_paused' });
}
