import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clone } from './clone.ts';
import { checkCommit, git, gitInTurn, refPart } from './git.ts';
import { withRepositoryLock } from './repository-lock.ts';

/** A run's folder on this machine under one lease. Its HEAD is detached: no branch is ever checked out. */
export interface Worktree {
  path: string;
  /** Its own part of the git folder: HEAD and index. */
  gitDir: string;
}

/** Where a lease's worktree stands; the fence in the path keeps a late process of an older lease out of the new one's files. */
export function worktreePath(dataDir: string, runId: string, fence: number): string {
  return join(dataDir, 'worktrees', `${refPart(runId)}-${fence}`);
}

/** Makes the worktree at a commit; whatever stood at that path is removed first. */
export async function addWorktree(clone: Clone, path: string, commit: string): Promise<Worktree> {
  if (existsSync(path)) await removeWorktree(clone, path);
  mkdirSync(dirname(path), { recursive: true });
  await withRepositoryLock(clone.dir, () =>
    git(['worktree', 'add', '--quiet', '--detach', '--force', '--', path, checkCommit(commit)], { cwd: clone.dir }),
  );
  const real = realpathSync(path);
  const pointer = readFileSync(join(real, '.git'), 'utf8');
  return { path: real, gitDir: pointer.replace(/^gitdir: /, '').trim() };
}

/** Removes a worktree and what git knows of it; says nothing when it is not there. */
export async function removeWorktree(clone: Clone, path: string): Promise<void> {
  await withRepositoryLock(clone.dir, async () => {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
    await git(['worktree', 'prune', '--expire=now'], { cwd: clone.dir });
  });
}

/** The commit its HEAD stands on; null when an agent has put a branch there. */
export function headOf(worktree: Worktree): string | null {
  const text = readFileSync(join(worktree.gitDir, 'HEAD'), 'utf8').trim();
  return text.startsWith('ref:') ? null : text;
}

/** What differs, by path; untracked and ignored files with folders collapsed. */
export interface WorktreeStatus {
  /** In the index, against HEAD. */
  staged: string[];
  /** In the files, against the index; untracked files too. */
  dirty: string[];
  ignored: string[];
}

export async function statusOf(worktree: Worktree): Promise<WorktreeStatus> {
  const args = [
    'status',
    '--porcelain=v1',
    '-z',
    '--no-renames',
    // With `all` every file of node_modules would be a line.
    '--untracked-files=normal',
    '--ignored=traditional',
    '--ignore-submodules=none',
  ];
  const { stdout } = await inWorktree(worktree, args);
  const status: WorktreeStatus = { staged: [], dirty: [], ignored: [] };
  for (const entry of stdout.split('\0').filter((one) => one !== '')) {
    const path = entry.slice(3);
    if (entry.startsWith('!!')) status.ignored.push(path);
    else if (entry[1] !== ' ') status.dirty.push(path);
    else status.staged.push(path);
  }
  return status;
}

/**
 * Makes files and index exactly those of `commit`, HEAD standing on `head`. Untracked files go; ignored files go
 * except those listed in `keepIgnored` (as `statusOf` names them).
 */
export async function resetWorktree(worktree: Worktree, to: { commit: string; head: string; keepIgnored: string[] }): Promise<void> {
  await inWorktree(worktree, ['update-ref', '--no-deref', 'HEAD', checkCommit(to.head)]);
  await inWorktree(worktree, ['reset', '--hard', '--quiet', checkCommit(to.commit)]);
  await inWorktree(worktree, ['clean', '-ffdq']);
  await removeIgnored(worktree, to.keepIgnored);
  if (to.commit !== to.head) await inWorktree(worktree, ['update-ref', '--no-deref', 'HEAD', checkCommit(to.head)]);
}

async function removeIgnored(worktree: Worktree, keep: string[]): Promise<void> {
  const { ignored } = await statusOf(worktree);
  for (const path of ignored) if (!keep.includes(path)) rmSync(join(worktree.path, path), { recursive: true, force: true });
}

/** Runs git in the worktree, command by command; a lock that a killed process left behind is taken away once. The caller sees to it that no agent works there now. */
export async function inWorktree(worktree: Worktree, ...commands: string[][]) {
  const options = { cwd: worktree.path, env: { GIT_DIR: worktree.gitDir, GIT_WORK_TREE: worktree.path } };
  try {
    return await gitInTurn(commands, options);
  } catch (fault) {
    const lock = join(worktree.gitDir, 'index.lock');
    if (!existsSync(lock)) throw fault;
    rmSync(lock, { force: true });
    return gitInTurn(commands, options);
  }
}
