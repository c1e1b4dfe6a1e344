import { fetchCommits, isAncestor } from '../git/clone.ts';
import { branchRef, checkCommit, git } from '../git/git.ts';
import { viewOrigin } from '../git/origin.ts';
import { type Ended, endedBy, type JobContext } from '../job/job-context.ts';
import { landOn } from './land.ts';

/**
 * The runner's own step, whatever a repository's command prepares: the run's branch comes onto the base branch as it stands now, by fast-forward or by a
 * merge commit, under compare-and-swap. A conflict, an untidy checkout or a refused push changes nothing and is told with what to do.
 */
export async function mergePhase(context: JobContext): Promise<Ended | null> {
  const { job, place, attempt } = context;
  const base = job.phase?.baseBranch ?? null;
  if (base === null)
    return refused(
      'NO_BASE_BRANCH',
      'The repository has a detached HEAD: there is no branch to merge onto. Choose a default branch in the project.',
    );
  const baseHead = (await viewOrigin(place.clone.origin, [base], place.clone.dir)).refs[branchRef(base)];
  if (baseHead === undefined) return refused('NO_BASE_BRANCH', `The repository has no branch ${base} any more. Make it again, then merge.`);
  await fetchCommits(place.clone, [baseHead]);
  const made = await joined(context, base, baseHead);
  if (typeof made !== 'string') return made;
  if (!(await context.mayMoveBranch()))
    return endedBy('runner_fault', 'LEASE_UNSURE', 'The lease ended before the merge: nothing was moved.', 0);
  if (context.signal.aborted) return null;
  const landed = await landOn(place.clone, { branch: base, commit: made, expected: baseHead, runId: job.runId });
  if (landed !== null) return refused(landed.code, landed.message);
  attempt.commit = made;
  const summary = `Merged ${place.branch} onto ${base} as ${made.slice(0, 10)}.`;
  attempt.summary = summary;
  attempt.verdict = { verdict: 'pass', summary, checks: [], requestedChanges: [] };
  context.report({ kind: 'review_ended', jobId: job.id, verdict: attempt.verdict });
  return null;
}

/** The commit that holds both: the base's own head, ours, or a merge of the two; else why there is none. */
async function joined({ job, place }: JobContext, base: string, baseHead: string): Promise<string | Ended> {
  const { clone, branch } = place;
  const head = checkCommit(job.baseCommit);
  if (await isAncestor(clone, head, baseHead)) return baseHead;
  if (await isAncestor(clone, baseHead, head)) return head;
  const merged = await git(['merge-tree', '--write-tree', '--name-only', '--no-messages', baseHead, head], {
    cwd: clone.dir,
    accept: [1, 129],
  });
  const byHand = `In your repository: git switch ${base} && git merge ${branch}`;
  // Before 2.38 git cannot merge without a checkout.
  if (merged.exitCode === 129)
    return refused(
      'MERGE_CONFLICT',
      `${base} has moved on, and git on this machine is too old to join the two. ${byHand}; then merge here again.`,
    );
  const [tree = '', ...files] = merged.stdout.trim().split('\n');
  if (merged.exitCode === 1) {
    const where = [...new Set(files.filter(Boolean))].slice(0, 20).join(', ');
    return refused(
      'MERGE_CONFLICT',
      `${base} has moved on, and ${branch} conflicts with it in: ${where}. ${byHand}, mend the files and commit; then merge here again.`,
    );
  }
  const { name, email } = clone.identity;
  const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  const message = `Merge branch '${branch}' into ${base}`;
  const { stdout } = await git(['commit-tree', tree, '-p', baseHead, '-p', head, '-m', message], { cwd: clone.dir, env });
  return stdout.trim();
}

function refused(code: NonNullable<Ended['code']>, message: string): Ended {
  return endedBy('merge_refused', code, message);
}
