import type { JobContext } from '../job/job-context.ts';
import { phasesOf } from './commands.ts';

/** Tests that are written before the code fail by design: a section named so is not checked before its code is there. */
const TESTS_FIRST = /tests? first|\btdd\b/i;

/** Whether the repository's checks run in this job: for a chunk always; in a phase after a batch, and to verify. */
export function hasChecks({ job, place }: JobContext): boolean {
  const { phase } = job;
  if (phase === undefined || phase.stage === 'verify') return true;
  if (phase.stage !== 'implement' || TESTS_FIRST.test(phase.batch?.title ?? '')) return false;
  return phasesOf(place.worktree.path)?.checkBatches ?? true;
}
