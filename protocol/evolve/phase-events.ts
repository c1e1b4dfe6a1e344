import type { BatchSeen, ItemPhase, PhaseState, Stage } from '../phase.ts';
import type { EventOf } from '../run-event.ts';
import type { Item, RunState } from '../run-state.ts';
import { itemOfPlan } from './create-run.ts';

type PhaseEvent = EventOf<'phase_seen' | 'phase_planned' | 'batches_found' | 'merge_approved' | 'merge_postponed' | 'budget_raised'>;

const TITLES: Record<Stage, string> = {
  design: 'Design',
  analyze: 'Analyze',
  implement: 'Implement',
  verify: 'Verify',
  merge: 'Merge',
  command: 'Run the command',
};

/** What a phase's plan adds to a run: what was read, the items made from it, a person's word on the merge. */
export function applyPhaseEvent(next: RunState, event: PhaseEvent): void {
  const { phase } = next;
  if (phase === undefined) return;
  switch (event.kind) {
    case 'phase_seen':
      next.phase = see(phase, event.seen);
      return;
    case 'phase_planned':
      next.items = event.stages.map((stage) => itemOf(stage, titleOf(stage, phase), { stage, batchIndex: null, tasks: [] }));
      return;
    case 'batches_found':
      layBatches(next, event.batches);
      return;
    case 'merge_approved':
      next.phase = { ...phase, mergeApproved: true };
      return;
    case 'budget_raised':
      next.phase = { ...phase, config: { ...phase.config, budget: raised(phase.config.budget, event) } };
      return;
    case 'merge_postponed':
      return;
  }
}

function titleOf(stage: Stage, { config }: PhaseState): string {
  return stage === 'command' && config.command !== null ? `Run ${config.command}` : TITLES[stage];
}

// Folder and base branch stay what they were when they were first found. So does a gate: an agent that takes its words out of the files has
// not passed it.
function see(phase: PhaseState, seen: EventOf<'phase_seen'>['seen']): PhaseState {
  const gate = seen.gate ?? phase.seen?.gate ?? null;
  return { ...phase, seen: { ...seen, gate }, folder: phase.folder ?? seen.folder, baseBranch: phase.baseBranch ?? seen.baseBranch };
}

function raised(budget: PhaseState['config']['budget'], event: EventOf<'budget_raised'>) {
  const { maxPerBatch, healingBudget } = event;
  return { ...budget, maxPerBatch: maxPerBatch ?? budget.maxPerBatch, healingBudget: healingBudget ?? budget.healingBudget };
}

// What has begun stays; what has not is what was found now. No number is given twice.
function layBatches(next: RunState, batches: BatchSeen[]): void {
  const isFresh = (item: Item) => item.phase?.stage === 'implement' && item.status === 'pending' && item.attempts.length === 0;
  const kept = next.items.filter((item) => !isFresh(item));
  const taken = new Set(kept.map((item) => item.phase?.batchIndex));
  let batchIndex = -1;
  const made = batches.map(({ title, tasks }) => {
    do batchIndex += 1;
    while (taken.has(batchIndex));
    return itemOf(`batch-${batchIndex + 1}`, title, { stage: 'implement', batchIndex, tasks });
  });
  const after = kept.findIndex((item) => item.phase?.stage === 'verify');
  next.items = kept.toSpliced(after < 0 ? kept.length : after, 0, ...made);
}

function itemOf(id: string, title: string, phase: ItemPhase): Item {
  const planned = { id, key: id, title, dependsOn: [], textPiece: '', status: 'pending', summary: null, selected: true } as const;
  return { ...itemOfPlan({ ...planned, dependsOn: [] }), textPiece: null, phase };
}
