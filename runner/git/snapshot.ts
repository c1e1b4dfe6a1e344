import { attemptRef, type Clone } from './clone.ts';
import { writeCommit } from './commit-object.ts';
import { checkCommit, git } from './git.ts';
import { inWorktree, type Worktree } from './worktree.ts';

/** An attempt's files as a commit that no branch holds. */
export interface Snapshot {
  commit: string;
  tree: string;
}

/** Takes all files that are not ignored, without any hook. The commit's parent is `base`, so that its diff is the attempt's whole work. */
export async function takeSnapshot(clone: Clone, worktree: Worktree, work: { base: string; message: string }): Promise<Snapshot> {
  const tree = await takeTree(worktree);
  return { tree, commit: writeCommit(clone, { tree, parent: work.base, message: work.message }) };
}

/** Writes the tree of the worktree's files into the clone. */
export async function takeTree(worktree: Worktree): Promise<string> {
  return (await inWorktree(worktree, ['add', '--all', '--', ':/'], ['write-tree'])).stdout.trim();
}

/** Keeps a snapshot under its attempt's ref. */
export async function keepSnapshot(
  clone: Clone,
  attempt: { runId: string; chunkId: string; attempt: number },
  commit: string,
): Promise<void> {
  const ref = attemptRef(attempt.runId, attempt.chunkId, attempt.attempt);
  await git(['update-ref', '--no-deref', ref, checkCommit(commit)], { cwd: clone.dir });
}
