import type { Clone } from './clone.ts';
import { branchRef, checkCommit, firstLine, type GitFault, git } from './git.ts';
import { RECEIVE_PACK, withoutSecret } from './origin.ts';

export type Published = { ok: true } | { ok: false; message: string; movedByOthers: boolean };

/**
 * Puts the branch into the person's repository by compare-and-swap: it must stand at `expected` there (null: not be
 * there). Never moves a commit of somebody else, never runs hooks of the person, never throws.
 */
export async function publish(clone: Clone, branch: string, commit: string, expected: string | null): Promise<Published> {
  const ref = branchRef(branch);
  const lease = `--force-with-lease=${ref}:${expected === null ? '' : checkCommit(expected)}`;
  const args = [
    'push',
    '--quiet',
    '--no-verify',
    '--porcelain',
    lease,
    RECEIVE_PACK,
    '--',
    clone.origin.address,
    `${checkCommit(commit)}:${ref}`,
  ];
  try {
    await git(args, { cwd: clone.dir, timeoutMs: 120_000 });
    return { ok: true };
  } catch (fault) {
    const { said } = fault as GitFault;
    const moved = /stale info|fetch first|non-fast-forward/.test(said);
    return { ok: false, movedByOthers: moved, message: messageOf(branch, said, moved) };
  }
}

function messageOf(branch: string, said: string, moved: boolean): string {
  if (moved)
    return `Branch ${branch} was not published: in your repository it holds commits of somebody else. Rename that branch there and it will be published.`;
  if (/checked out|denyCurrentBranch/.test(said))
    return `Branch ${branch} was not published: it is checked out in your repository. Switch to another branch there and it will be published.`;
  return `Branch ${branch} was not published: ${withoutSecret(firstLine(said))}. The commits are safe in the runner's clone; publishing is tried again.`;
}
