import type { BatchSeen, PhaseSeen, PhaseTask, Stage } from '@specwright/protocol/phase.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { add, type Draft } from '../decision.ts';
import { endLease } from '../lose-lease.ts';

/**
 * The runner has read the phase: the stages are planned with the first look, and batches that have not begun are those that the
 * file has now. What a batch has or had in hand is not planned twice: a box that was
 * opened again is found by verify.
 */
export function lookAtPhase(draft: Draft, seen: PhaseSeen): void {
  const { phase } = draft.state;
  if (phase === undefined) return;
  if (JSON.stringify(phase.seen) !== JSON.stringify(seen)) add(draft, { kind: 'phase_seen', seen });
  if (draft.state.items.length === 0 && !planStages(draft, seen)) return;
  layBatches(draft);
}

/** Batches that have not begun are laid as the last look found them, once the phase is designed. */
export function layBatches(draft: Draft): void {
  const seen = draft.state.phase?.seen ?? null;
  // A command of the repository is no work on its tasks.
  if (draft.state.phase?.config.command != null) return;
  if (seen === null || seen.problem !== null || draft.state.items.length === 0 || !isDesigned(draft.state)) return;
  const batches = notBegun(draft.state, seen.batches);
  const fresh = draft.state.items.filter(isFresh).map(({ title, phase: of }) => ({ title, tasks: of?.tasks ?? [] }));
  if (fingerprint(batches) === fingerprint(fresh)) return;
  add(draft, { kind: 'batches_found', batches, reason: { code: 'TASKS_READ', message: sentence(seen, batches) } });
}

/** False: there is nothing to plan on, and the run has ended with the reason. */
function planStages(draft: Draft, seen: PhaseSeen): boolean {
  const { config } = draft.state.phase ?? { config: null };
  if (config?.command != null) {
    const reason = { code: 'PLANNED', message: `Only the repository's command ${config.command} was asked for.` };
    add(draft, { kind: 'phase_planned', stages: ['command'], reason });
    return true;
  }
  const lacksFiles = !seen.files.spec || !seen.files.tasks;
  const designs = lacksFiles && config?.skipDesign !== true;
  if (!designs && seen.problem !== null) {
    const reason = { code: 'NO_TASKS', message: seen.problem };
    endLease(draft, reason);
    add(draft, { kind: 'run_failed', reason, fault: 'machine' });
    return false;
  }
  const stages: Stage[] = [
    ...(designs ? (['design'] as const) : []),
    ...(config?.skipAnalyze ? [] : (['analyze'] as const)),
    'verify',
    'merge',
  ];
  const why = designs
    ? 'The spec or its tasks are missing: design comes first.'
    : 'The spec and its tasks are there: design is not needed.';
  add(draft, { kind: 'phase_planned', stages, reason: { code: 'PLANNED', message: why } });
  return true;
}

function isDesigned({ items }: RunState): boolean {
  const design = items.find((item) => item.phase?.stage === 'design');
  return design === undefined || design.status === 'completed' || design.status === 'skipped';
}

function isFresh(item: Item): boolean {
  return item.phase?.stage === 'implement' && item.status === 'pending' && item.attempts.length === 0;
}

function notBegun({ items }: RunState, batches: BatchSeen[]): BatchSeen[] {
  const taken = new Set<string>();
  for (const item of items) if (item.phase?.stage === 'implement' && !isFresh(item)) for (const { key } of item.phase.tasks) taken.add(key);
  const left = batches.map(({ title, tasks }) => ({ title, tasks: tasks.filter(({ key }: PhaseTask) => !taken.has(key)) }));
  return left.filter(({ tasks }) => tasks.length > 0);
}

function fingerprint(batches: BatchSeen[]): string {
  return JSON.stringify(batches.map(({ title, tasks }) => [title, tasks.map(({ key }) => key)]));
}

function sentence({ counts, rule, taskFile }: PhaseSeen, batches: BatchSeen[]): string {
  const where = taskFile ?? 'the task file';
  if (batches.length === 0) return `${where} has no open task that is not in hand (${counts.done} of ${counts.total} are done).`;
  return `Detected ${batches.length} ${batches.length === 1 ? 'batch' : 'batches'} from ${where}, by ${rule ?? 'size'}; ${counts.open} open tasks.`;
}
