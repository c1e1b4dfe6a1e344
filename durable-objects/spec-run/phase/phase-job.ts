import type { Job } from '@specwright/protocol/job.ts';
import type { PhaseJob } from '@specwright/protocol/phase.ts';
import type { CurrentJob, Item, RunState } from '@specwright/protocol/run-state.ts';
import { diagnosisMicros } from './attempt.ts';

/** What a phase adds to its job; nothing for a chunk's. */
export function phaseJob(state: RunState, item: Item, job: CurrentJob): Pick<Job, 'phase'> {
  const { phase, items } = state;
  if (phase === undefined || item.phase === undefined) return {};
  const { stage, tasks } = item.phase;
  const { additionalContext, batchSizeFallback: batchSize, budget, command } = phase.config;
  return {
    phase: {
      ...{ stage, folder: phase.folder ?? phase.config.folder, taskFile: phase.seen?.taskFile ?? null, baseBranch: phase.baseBranch },
      ...{ additionalContext, batchSize, maxSteps: budget.maxStepsPerBatch, command: stage === 'command' ? command : null },
      leftOut: leftOut(items),
      batch: stage === 'implement' && tasks.length > 0 ? { title: item.title, tasks } : null,
      ...(job.kind === 'heal' && healOf(state, item, job)),
    },
  };
}

/** A session is gone on in only where it is: on its machine, and with the work that it left. */
function healOf(state: RunState, item: Item, job: CurrentJob): Pick<PhaseJob, 'forkFrom' | 'diagnosis'> {
  const failed = item.attempts.findLast((attempt) => attempt.jobId !== job.id && attempt.result !== null);
  const { session } = failed ?? {};
  const isHere = session !== undefined && session.runnerId === state.lease?.runnerId && failed?.snapshot === job.continueFrom;
  return {
    diagnosis: { costMicros: diagnosisMicros(state, item, job.reservedMicros) },
    ...(isHere && { forkFrom: { sessionId: session.id, agentType: session.agentType } }),
  };
}

/** At most what a job may carry: what is above it is found open by verify. */
function leftOut(items: Item[]): string[] {
  const skipped = items.filter(({ status }) => status === 'skipped');
  return skipped.flatMap((item) => item.phase?.tasks.map(({ key }) => key) ?? []).slice(0, 2000);
}
