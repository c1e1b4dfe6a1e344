import type { WorkerInfo } from '@specwright/protocol/workers-api.ts';

/** The word of its badge: what the agent does, while it does something. */
export function badgeOf({ runStatus, currentStep }: WorkerInfo): string {
  if (runStatus !== 'running') return runStatus;
  if (currentStep === 'asking') return 'waiting';
  return currentStep === 'reviewing' || currentStep === 'healing' ? currentStep : 'running';
}

/** "3/5: Add login endpoint"; null before the first chunk. */
export function chunkLine({ progress: { current, total }, currentChunkTitle }: WorkerInfo): string | null {
  if (total === 0) return null;
  return currentChunkTitle ? `${current}/${total}: ${currentChunkTitle}` : `${current}/${total}`;
}

const RESTING: Partial<Record<WorkerInfo['runStatus'], string>> = {
  pausing: 'The step in hand ends first; nothing new starts.',
  paused: 'Paused by a person. Resume goes on where it stopped.',
  stopping: 'The agent is being ended and the worktree cleaned.',
};

/** Why it does not work now, in one sentence, where the server named no wait; null while it works. */
export function whyStill({ runStatus, currentStep, error }: WorkerInfo): string | null {
  if (runStatus === 'running' && currentStep === 'asking') return 'Its agent asks a question: the run waits for a person’s answer.';
  if (runStatus === 'running' || runStatus === 'completed') return null;
  return error?.message ?? RESTING[runStatus] ?? (runStatus === 'queued' ? 'Waits for a machine to take it.' : null);
}

export function canPause({ runStatus }: Pick<WorkerInfo, 'runStatus'>): boolean {
  return runStatus === 'running' || runStatus === 'queued';
}

export function canResume({ runStatus }: Pick<WorkerInfo, 'runStatus'>): boolean {
  return ['paused', 'pausing', 'waiting', 'failed', 'cancelled'].includes(runStatus);
}

export function canStop({ runStatus }: Pick<WorkerInfo, 'runStatus'>): boolean {
  return !['stopping', 'completed', 'failed', 'cancelled'].includes(runStatus);
}
