import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clone } from './clone.ts';
import { looseObject } from './commit-object.ts';
import { branchRef, checkCommit, firstLine, type GitFault, git } from './git.ts';
import { type Origin, RECEIVE_PACK, withoutSecret } from './origin.ts';
import type { RefWriter } from './ref-writer.ts';

/** `cannot`: nothing of this branch stands in the way, this machine cannot write there at all. */
export type Published = { ok: true } | { ok: false; message: string; movedByOthers: boolean; cannot: boolean };

/** A commit to publish, and what it takes. */
export interface Publication {
  branch: string;
  commit: string;
  /** Where the branch stands in the person's repository; null: it is not there. */
  expected: string | null;
  /** All objects that `expected` lacks, the commit too; null: not known. */
  objects: string[] | null;
}

/**
 * Puts the branch into the person's repository by compare-and-swap. Never moves a commit of somebody else, never a
 * branch that is checked out there, never runs hooks of the person, never throws.
 */
export async function publish(clone: Clone, refs: RefWriter | null, work: Publication): Promise<Published> {
  const { origin } = clone;
  if (origin.kind === 'path' && refs !== null && giveObjects(clone, origin.common, work)) return moveThere(origin, refs, work);
  return push(clone, work);
}

/** Links objects into a repository of this machine. False: they are packed, or it is not to be had so: a push is needed. */
function giveObjects(clone: Clone, common: string, { objects }: Publication): boolean {
  if (objects === null || existsSync(join(common, 'reftable'))) return false;
  try {
    for (const id of objects) give(looseObject(join(clone.dir, 'objects'), id), looseObject(join(common, 'objects'), id));
    return true;
  } catch {
    return false;
  }
}

/** An object never changes once it is there, so both repositories may share its file, as `git clone` of a folder does. */
function give(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    // Not recursive: a repository that has gone is not made again.
    mkdirSync(join(to, '..'));
    linkSync(from, to);
  }
}

async function moveThere(
  origin: Origin & { kind: 'path' },
  refs: RefWriter,
  { branch, commit, expected }: Publication,
): Promise<Published> {
  const ref = branchRef(branch);
  if (isCheckedOut(origin, ref)) return refusal(branch, 'checked out');
  try {
    await refs.move([`update ${ref} ${checkCommit(commit)} ${expected === null ? '0'.repeat(commit.length) : checkCommit(expected)}`]);
    return { ok: true };
  } catch (fault) {
    const { said } = fault as GitFault;
    return refusal(branch, /but expected|reference already exists|unable to resolve/.test(said) ? 'stale info' : said);
  }
}

/** A branch that a checkout stands on may not move beneath its files. */
function isCheckedOut({ common, bare }: Origin & { kind: 'path' }, ref: string): boolean {
  const worktrees = join(common, 'worktrees');
  const others = existsSync(worktrees) ? readdirSync(worktrees).map((name) => join(worktrees, name)) : [];
  return [...(bare ? [] : [common]), ...others].some((folder) => {
    const head = join(folder, 'HEAD');
    return existsSync(head) && readFileSync(head, 'utf8').trim() === `ref: ${ref}`;
  });
}

async function push(clone: Clone, { branch, commit, expected }: Publication): Promise<Published> {
  const ref = branchRef(branch);
  const lease = `--force-with-lease=${ref}:${expected === null ? '' : checkCommit(expected)}`;
  const fixed = ['push', '--quiet', '--no-verify', lease, RECEIVE_PACK, '--', clone.origin.address];
  try {
    await git([...fixed, `${checkCommit(commit)}:${ref}`], { cwd: clone.dir, timeoutMs: 120_000 });
    return { ok: true };
  } catch (fault) {
    return refusal(branch, (fault as GitFault).said);
  }
}

const IN_THE_WAY = /checked out|denyCurrentBranch/;

/** Whether this machine could push that commit now; nothing is moved. Never throws. */
export async function couldPush(clone: Clone, branch: string, commit: string): Promise<boolean> {
  const args = ['push', '--dry-run', '--quiet', '--no-verify', RECEIVE_PACK, '--', clone.origin.address];
  const pushed = git([...args, `+${checkCommit(commit)}:${branchRef(branch)}`], { cwd: clone.dir, timeoutMs: 120_000 });
  return pushed.then(
    () => true,
    () => false,
  );
}

function refusal(branch: string, said: string): Published {
  const movedByOthers = /stale info|fetch first|non-fast-forward/.test(said);
  const cannot = !movedByOthers && !IN_THE_WAY.test(said);
  return { ok: false, movedByOthers, cannot, message: messageOf(branch, said, movedByOthers) };
}

function messageOf(branch: string, said: string, moved: boolean): string {
  if (moved)
    return `Branch ${branch} was not published: in your repository it holds commits of somebody else. Rename that branch there and it will be published.`;
  if (IN_THE_WAY.test(said))
    return `Branch ${branch} was not published: it is checked out in your repository. Switch to another branch there and it will be published.`;
  return `Branch ${branch} was not published: ${withoutSecret(firstLine(said))}. The commits are safe in the runner's clone; publishing is tried again.`;
}
