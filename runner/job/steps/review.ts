import { runAgent } from '../agent-task.ts';
import { type Ended, endedBy, type JobContext } from '../job-context.ts';
import { reviewerPrompt } from '../prompt.ts';
import { endOf } from './execute.ts';

/** A reviewer that only reads judges the whole difference from the branch's head. */
export async function review(context: JobContext): Promise<Ended | null> {
  const { place, attempt, job } = context;
  const reviewer = await place.crew.reviewer();
  const end = await runAgent(context, reviewer, {
    role: 'reviewer',
    prompt: await reviewerPrompt(context),
    limits: place.crew.limits.reviewer,
    async run(task) {
      const answer = await place.crew.review(reviewer, task);
      attempt.verdict = answer.verdict;
      return answer.end;
    },
  });
  if (context.signal.aborted) return endedBy('stopped', null, 'Stopped.');
  if (attempt.verdict === null) return end.status === 'ok' ? invalid(end.message) : endOf(end);
  const verdict = JSON.parse(context.mask(JSON.stringify(attempt.verdict))) as typeof attempt.verdict;
  context.report({ kind: 'review_ended', jobId: job.id, verdict });
  if (verdict.verdict === 'pass') return null;
  return endedBy(verdict.verdict === 'fail' ? 'rejected' : 'needs_fix', null, verdict.summary);
}

function invalid(message: string): Ended {
  return endedBy('agent_failed', 'REVIEW_INVALID', message || 'The reviewer gave no verdict that fits the schema.');
}
