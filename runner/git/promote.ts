import { attemptRef, type Clone, readRef } from './clone.ts';
import { writeCommit } from './commit-object.ts';
import { branchRef, checkCommit, GitFault, git } from './git.ts';
import { openRefWriter, type RefWriter } from './ref-writer.ts';
import type { Snapshot } from './snapshot.ts';
import type { Worktree } from './worktree.ts';

export interface Promotion {
  branch: string;
  /** The branch's head that this attempt stood on. */
  baseCommit: string;
  snapshot: Snapshot;
  message: string;
  attempt: { runId: string; chunkId: string; attempt: number };
}

/**
 * Commits exactly the snapshot's tree on the branch: branch, attempt ref and the worktree's HEAD move in one
 * transaction, or none does. BRANCH_MOVED: the branch is not where this attempt began.
 */
export async function promote(clone: Clone, refs: RefWriter, work: Promotion): Promise<string> {
  const { branch, baseCommit, snapshot } = work;
  const commit = writeCommit(clone, { tree: snapshot.tree, parent: baseCommit, message: work.message });
  const { runId, chunkId, attempt } = work.attempt;
  const moves = [
    `update ${branchRef(branch)} ${commit} ${checkCommit(baseCommit)}`,
    `update ${attemptRef(runId, chunkId, attempt)} ${checkCommit(snapshot.commit)}`,
    'option no-deref',
    `update HEAD ${commit}`,
  ];
  await refs.move(moves).catch((fault: GitFault) => explain(clone, work, fault));
  return commit;
}

/** Moves refs of a clone, HEAD being that of the worktree. */
export function openWorktreeRefs(clone: Clone, worktree: Worktree): RefWriter {
  return openRefWriter(clone.dir, { GIT_DIR: worktree.gitDir });
}

async function explain(clone: Clone, work: Promotion, fault: GitFault): Promise<never> {
  const now = await readRef(clone, branchRef(work.branch));
  if (now === work.baseCommit) throw fault;
  throw new GitFault('BRANCH_MOVED', movedMessage(work.branch, work.baseCommit, now), fault.said);
}

export function movedMessage(branch: string, expected: string, now: string | null): string {
  const short = (commit: string | null) => (commit === null ? 'nothing' : commit.slice(0, 10));
  return `Branch ${branch} should stand at ${short(expected)} but stands at ${short(now)}: somebody else moved it. Rename or delete that branch, then start the run again.`;
}

/** Puts the run's branch on a commit, from where it is known to stand (null: it is not there yet), or from wherever it stands. */
export async function setBranch(clone: Clone, branch: string, to: string, from: string | null | 'anywhere'): Promise<void> {
  const old = from === 'anywhere' ? [] : [from === null ? '0'.repeat(to.length) : checkCommit(from)];
  await git(['update-ref', '--no-deref', branchRef(branch), checkCommit(to), ...old], { cwd: clone.dir });
}
