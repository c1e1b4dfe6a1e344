import type { Job } from '@specwright/protocol/job.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';

/** What a phase adds to its job; nothing for a chunk's. */
export function phaseJob({ phase, items }: RunState, item: Item): Pick<Job, 'phase'> {
  if (phase === undefined || item.phase === undefined) return {};
  const { stage, tasks } = item.phase;
  const { additionalContext, batchSizeFallback: batchSize, budget, command } = phase.config;
  return {
    phase: {
      ...{ stage, folder: phase.folder ?? phase.config.folder, taskFile: phase.seen?.taskFile ?? null, baseBranch: phase.baseBranch },
      ...{ additionalContext, batchSize, maxSteps: budget.maxStepsPerBatch, command: stage === 'command' ? command : null },
      leftOut: items.filter(({ status }) => status === 'skipped').flatMap((other) => other.phase?.tasks.map(({ key }) => key) ?? []),
      batch: stage === 'implement' && tasks.length > 0 ? { title: item.title, tasks } : null,
    },
  };
}
