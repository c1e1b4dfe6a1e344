import type { Ended, JobContext } from '../job/job-context.ts';
import { promoteSnapshot } from '../job/steps/promote.ts';

/** What a stage changed is committed; one that only looked leaves the branch where it stands. Then the branch says what was confirmed. */
export async function promotePhase(context: JobContext): Promise<Ended | null> {
  const { attempt, job } = context;
  const refused = attempt.snapshot === null ? null : await promoteSnapshot(context);
  if (refused !== null) return refused;
  if (attempt.snapshot === null) attempt.commit = job.baseCommit;
  if (attempt.seen !== null && attempt.commit !== null) context.report({ kind: 'phase_seen', seen: attempt.seen });
  return null;
}
