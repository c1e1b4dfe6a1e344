import type { Stage } from './phase.ts';
import { workflowStatus } from './phase-status.ts';
import { currentItem, reasonOf } from './run-progress.ts';
import type { Item, RunState } from './run-state.ts';
import type { OrchestrationItem, OrchestrationView } from './workflow-api.ts';

const DOING: Record<Stage, string> = {
  design: 'Designing',
  analyze: 'Analyzing',
  implement: 'Implementing',
  verify: 'Verifying',
  merge: 'Merging',
  command: 'Running',
};

/** A phase as its bar and the status route show it. Pure: the page may fold it from the same state. */
export function orchestrationView(state: RunState): OrchestrationView {
  const { phase, items } = state;
  const batches = items.filter((item) => item.phase?.stage === 'implement');
  const done = batches.filter(({ status }) => status === 'completed' || status === 'skipped').length;
  const item = currentItem(state) ?? items.find(({ status }) => status === 'pending' || status === 'failed') ?? null;
  const counts = phase?.seen?.counts;
  return {
    ...{ runId: state.id, projectId: state.projectId, branch: state.branch, status: workflowStatus(state), runStatus: state.status },
    ...{ headline: headlineOf(state, item, batches), reason: reasonOf(state), stage: item?.phase?.stage ?? null },
    tasks: { done: counts?.done ?? 0, total: counts?.total ?? 0 },
    batches: { current: Math.min(done + 1, batches.length), total: batches.length },
    items: items.map(itemView),
    warnings: [...state.warnings, ...(phase?.seen?.warnings ?? [])],
    ...{
      question: state.question ?? null,
      rule: phase?.seen?.rule ?? null,
      gate: phase?.seen?.gate ?? null,
      mergedCommit: phase?.mergedCommit ?? null,
    },
    ...{ usage: state.totals.usage, maxCostMicros: state.settings.maxCostMicros, activeMs: state.activeMs, activeSince: state.activeSince },
    ...{ remainingMs: remainingOf(batches), decisions: phase?.decisions ?? [] },
    ...{ createdAt: state.createdAt, endedAt: state.endedAt, seq: state.seq },
  };
}

function headlineOf(state: RunState, item: Item | null, batches: Item[]): string {
  const status = workflowStatus(state);
  if (status === 'Merge Ready' || status === 'Complete' || status === 'Cancelled') return status;
  if (item?.phase === undefined) return 'Reading the repository';
  if (item.phase.stage === 'command') return `Running the command ${state.phase?.config.command ?? ''}`.trimEnd();
  if (item.phase.stage !== 'implement') return DOING[item.phase.stage];
  const number = batches.indexOf(item) + 1;
  return status === 'Healing' ? `Auto-healing batch ${number}...` : `Implementing batch ${number} of ${batches.length}: ${item.title}`;
}

function itemView(item: Item): OrchestrationItem {
  const { id, title, status, heals, startedAt, endedAt, error, usage } = item;
  const { stage = 'implement', tasks = [] } = item.phase ?? {};
  return {
    id,
    stage,
    title,
    status,
    tasks,
    heals,
    attempts: item.attempts.length,
    startedAt,
    endedAt,
    costMicros: usage.costMicros,
    error,
  };
}

// From this run's own batches: the quickest and the slowest, for those that are left.
function remainingOf(batches: Item[]): OrchestrationView['remainingMs'] {
  const took = batches.flatMap(({ status, durationMs }) => (status === 'completed' ? [durationMs] : []));
  const left = batches.filter(({ status }) => status !== 'completed' && status !== 'skipped').length;
  return took.length === 0 ? null : { low: Math.round(Math.min(...took) * left), high: Math.round(Math.max(...took) * left) };
}
