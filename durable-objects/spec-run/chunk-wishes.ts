import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import { findItem } from '@specwright/protocol/evolve/items.ts';
import type { PersonCommand } from '@specwright/protocol/run-command.ts';
import type { Actor } from '@specwright/protocol/run-event.ts';
import type { PlanItem } from '@specwright/protocol/run-plan.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';
import { proceed } from './next-job.ts';
import { checkPlan } from './plan-check.ts';

type Wish<K extends PersonCommand['kind']> = Extract<PersonCommand, { kind: K }>;

/** A failed chunk gets its attempts back, and the run goes on with it. */
export function decideRetry(draft: Draft, wish: Wish<'retry'>): Decision {
  const refusal = changePlan(draft, wish);
  if (refusal !== null) return refusal;
  const item = findItem(draft.state, wish.chunkId);
  if (item === undefined || item.kind !== 'chunk') return refuse('NOT_FOUND', 'The run has no such chunk.');
  if (item.status !== 'failed') return refuse('CHUNK_NOT_FAILED', `${item.key} is ${item.status}, not failed.`);
  add(draft, { kind: 'chunk_reset', chunkId: item.id, actor: wish.actor });
  return goOn(draft, wish.actor);
}

/** A chunk that failed or has not begun is left out by a person's word; what depends on it may go on. */
export function decideSkip(draft: Draft, wish: Wish<'skip'>): Decision {
  if (draft.state.status === 'completed') return refuse('RUN_COMPLETED', 'The run is completed.');
  const refusal = changePlan(draft, wish);
  if (refusal !== null) return refusal;
  const item = findItem(draft.state, wish.chunkId);
  if (item === undefined || item.kind !== 'chunk') return refuse('NOT_FOUND', 'The run has no such chunk.');
  if (item.status === 'skipped') return decided(draft);
  if (item.status === 'completed') return refuse('CHUNK_NOT_FAILED', `${item.key} is completed.`);
  if (item.status === 'running' || item.status === 'reviewing')
    return refuse('CONFLICT', `${item.key} is being worked on: stop the run first.`);
  add(draft, { kind: 'chunk_skipped', chunkId: item.id, actor: wish.actor });
  // What waited for this item's own word waits for nothing any more.
  if (item.phase?.stage === 'merge' && draft.state.status === 'waiting')
    add(draft, { kind: 'wait_ended', reason: { code: 'SKIPPED', message: 'The merge is left out.' } });
  return goOn(draft, wish.actor);
}

/** Lays a refreshed plan over a run that has nothing in hand. Null: done, or the same plan. */
export function changePlan(
  draft: Draft,
  wish: { actor: Actor | null; plan: { specPiece: string; items: PlanItem[] } | null },
): Refusal | null {
  const { plan, actor } = wish;
  if (plan === null || draft.state.job !== null || !differs(draft, plan)) return null;
  const refusal = checkPlan(plan.items.map((item) => ({ ...item, status: statusNow(draft, item) })));
  if (refusal !== null) return refusal;
  add(draft, { kind: 'plan_changed', specPiece: plan.specPiece, items: plan.items, actor });
  return null;
}

// What the run completed counts as done, whatever D1 has been told so far.
function statusNow(draft: Draft, item: PlanItem): PlanItem['status'] {
  const known = findItem(draft.state, item.id)?.status;
  return known === 'completed' || known === 'skipped' ? known : item.status;
}

function differs(draft: Draft, plan: { specPiece: string; items: PlanItem[] }): boolean {
  const chunks = draft.state.items.filter((item) => item.kind === 'chunk');
  if (plan.specPiece !== draft.state.specPiece || plan.items.length !== chunks.length) return true;
  return plan.items.some((item, at) => {
    const known = chunks[at];
    if (known === undefined || known.id !== item.id || (known.status === 'pending' && item.status !== 'pending')) return true;
    const same = known.key === item.key && known.title === item.title && known.textPiece === item.textPiece;
    return !same || known.selected !== item.selected || known.dependsOn.join() !== item.dependsOn.join();
  });
}

function goOn(draft: Draft, actor: Actor | null): Decision {
  if (isAtRest(draft.state)) add(draft, { kind: 'run_reopened', actor });
  proceed(draft);
  return decided(draft, { code: 'RESUMED', message: 'The run goes on and needs a machine.' });
}
