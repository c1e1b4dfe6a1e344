import { treeOf } from '../../git/commit-object.ts';
import { diffOf } from '../../git/diff.ts';
import { takeSnapshot } from '../../git/snapshot.ts';
import { runAgent } from '../agent-task.ts';
import { type Ended, endedBy, type JobContext } from '../job-context.ts';
import { executorPrompt } from '../prompt.ts';

/** Kept of a diff; the review's prompt takes less of it. */
export const MAX_DIFF_CHARS = 256 * 1024;

/** The agent works; then its files are taken as a snapshot, also when it failed: the diff of a failed attempt is kept. */
export async function execute(context: JobContext): Promise<Ended | null> {
  const { attempt, place } = context;
  const agent = await place.crew.executor();
  const end = await runAgent(context, agent, {
    role: 'executor',
    prompt: await executorPrompt(context),
    limits: place.crew.limits.executor,
    run: (task) => agent.run(task),
  });
  attempt.summary = end.text;
  if (context.signal.aborted) return endedBy('stopped', null, 'Stopped.');
  const changed = await snapshot(context);
  if (end.status !== 'ok') return endOf(end);
  return changed ? null : endedBy('unchanged', null, 'The agent ended without changing a file.');
}

/** False: the files are those that the attempt began with. */
export async function snapshot({ attempt, job, place }: JobContext): Promise<boolean> {
  const message = `Snapshot of ${job.key}, attempt ${job.attempt}\n`;
  const taken = await takeSnapshot(place.clone, place.worktree, { base: job.baseCommit, message });
  if (taken.tree === (await treeOf(place.clone, job.baseCommit))) return false;
  attempt.snapshot = taken;
  attempt.diff = diffOf(place.clone, job.baseCommit, taken.commit, MAX_DIFF_CHARS);
  // Whoever needs it first hears of its fault.
  attempt.diff.catch(() => {});
  return job.continueFrom === null || taken.tree !== (await treeOf(place.clone, job.continueFrom).catch(() => null));
}

function endOf(end: Awaited<ReturnType<typeof runAgent>>): Ended {
  const { code, message, retryAfterMs } = end;
  if (end.status === 'over_budget') return endedBy('over_budget', code, message);
  if (end.status === 'provider_fault') return endedBy('provider_fault', code ?? 'PROVIDER_DOWN', message, retryAfterMs);
  if (end.status === 'runner_fault') return endedBy('runner_fault', code ?? 'INTERNAL', message, retryAfterMs);
  return endedBy('agent_failed', code ?? 'AGENT_CRASHED', message || 'The agent ended without an answer.');
}

export { endOf };
