import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '@specwright/protocol/job.ts';
import { findHook } from '../../git/hooks.ts';
import { promote } from '../../git/promote.ts';
import { promotionMessage } from '../../git/trailers.ts';
import { checkEnvironment } from '../../process/allowed-environment.ts';
import { runMarked } from '../../process/run-marked.ts';
import { type Ended, endedBy, type JobContext } from '../job-context.ts';
import { tailOf } from '../mask.ts';

/** The snapshot's tree becomes a commit on the branch: the moment at which the chunk is done. */
export async function promoteSnapshot(context: JobContext): Promise<Ended | null> {
  const { job, attempt, place } = context;
  if (attempt.snapshot === null || attempt.verdict === null) throw new Error('Nothing to promote');
  const chunkIds = job.rootChunkId === job.chunkId ? [job.chunkId] : [job.rootChunkId, job.chunkId];
  const { verdict, summary } = attempt.verdict;
  // The message leaves with the branch, as far as it is pushed.
  const [title, body] = [context.mask(titleOf(job)), context.mask(summary)];
  const message = promotionMessage({ title, body, runId: job.runId, chunkIds, attempt: job.attempt, verdict });
  const refused = await askCommitHook(context, message);
  if (refused !== null) return refused;
  if (!(await context.mayMoveBranch()))
    return endedBy('runner_fault', 'LEASE_UNSURE', 'The lease ended before the commit: the branch was left alone.', 0);
  if (context.signal.aborted) return null;
  attempt.commit = await promote(place.clone, place.refs, {
    branch: place.branch,
    baseCommit: job.baseCommit,
    snapshot: attempt.snapshot,
    message,
    attempt: { runId: job.runId, chunkId: job.chunkId, attempt: job.attempt },
  });
  // What the person's repository says to it belongs to this attempt: it is told before its end.
  await context.onPromoted(attempt.commit, [attempt.snapshot.tree, ...((await attempt.diff)?.objects ?? [])]);
  return null;
}

/** A fix and its parent are one commit, named as the work is. */
function titleOf(job: Job): string {
  return job.rootChunkId === job.chunkId ? job.title : job.title.replace(/^(Fix: )+/, '');
}

/** A hook that wants other messages can't be satisfied by trying the chunk again: a person must see it. */
async function askCommitHook({ place, env, signal, durations, mask }: JobContext, message: string): Promise<Ended | null> {
  const hook = findHook(place.clone, place.worktree, 'commit-msg');
  if (hook === null) return null;
  const file = join(place.home, 'COMMIT_EDITMSG');
  writeFileSync(file, message);
  const result = await runMarked({
    command: hook.command,
    args: [...hook.args, file],
    cwd: place.worktree.path,
    env: checkEnvironment(env, `${place.mark}:check`, { HOME: env.HOME ?? place.home }),
    timeoutMs: durations.HOOK_TIMEOUT_MS,
    maxOutputChars: 8000,
    mask,
    signal,
  });
  if (result.exitCode === 0 || signal.aborted) return null;
  const said = tailOf(mask(result.output), 3000);
  return endedBy(
    'runner_fault',
    'COMMIT_REFUSED',
    `The repository's commit-msg hook refuses the commit message:\n${message}\nIt says:\n${said}`,
  );
}
