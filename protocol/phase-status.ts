import type { RunSummary } from './api.ts';
import { reasonOf, stepWord } from './run-progress.ts';
import type { RunState } from './run-state.ts';
import type { WorkflowStatus } from './workflow-api.ts';

/** One or two words for a phase's badge. */
export function workflowStatus(state: RunState): WorkflowStatus {
  return phaseStatusOf({ status: state.status, reason: reasonOf(state), currentStep: stepWord(state) });
}

/** The same from a run's summary: a list of many need not ask each run. */
export function phaseStatusOf({ status, reason, currentStep }: Pick<RunSummary, 'status' | 'reason' | 'currentStep'>): WorkflowStatus {
  if (status === 'completed') return 'Complete';
  if (status === 'failed') return 'Failed';
  if (status === 'cancelled') return 'Cancelled';
  if (status === 'paused') return 'Paused';
  if (status === 'pausing') return 'Pausing';
  if (status === 'waiting') return reason?.code === 'MERGE_READY' || reason?.code === 'USER_GATE' ? 'Merge Ready' : 'Waiting';
  if (status === 'queued' || currentStep === 'asking') return 'Waiting';
  return currentStep === 'healing' ? 'Healing' : 'Running';
}
