import type { Ended, JobContext } from '../job/job-context.ts';
import { promoteSnapshot } from '../job/steps/promote.ts';

/** What a stage changed is committed; one that only looked leaves the branch where it stands. */
export async function promotePhase(context: JobContext): Promise<Ended | null> {
  if (context.attempt.snapshot !== null) return promoteSnapshot(context);
  context.attempt.commit = context.job.baseCommit;
  return null;
}
