import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import { branchRef, checkCommit, GitFault, git, refPart } from './git.ts';
import { type Identity, readGitSettings } from './identity.ts';
import { findOrigin, type Origin, type OriginView, UPLOAD_PACK, viewOrigin } from './origin.ts';
import { withRepositoryLock } from './repository-lock.ts';

/** The runner's own bare copy of a person's repository. No alternates: nothing the person does can break it. */
export interface Clone {
  dir: string;
  origin: Origin;
  identity: Identity;
  hooks: { configured: string | null; own: string } | null;
}

/** In a clone's folder: its time says when a run last began here. What nobody uses is tidied away (machine/tidy-clones.ts). */
export const USED_FILE = 'specwright-used';

/** What installs leave behind, where the repository itself forgot to ignore it. */
const NEVER_COMMITTED = ['node_modules/', '.venv/', '__pycache__/', '.pytest_cache/', '.opencode/', '.DS_Store'];

/** Opens the clone of a repository below `dataDir`, making it when it is absent. Throws GitFault with a REPOSITORY_ code. */
export async function openClone(dataDir: string, repository: Repository): Promise<Clone> {
  const origin = await findOrigin(repository);
  const dir = join(dataDir, 'clones', createHash('sha256').update(`${origin.kind}:${origin.address}`).digest('hex').slice(0, 20));
  const [settings] = await Promise.all([
    readGitSettings(origin.kind === 'path' ? origin.address : homedir()),
    withRepositoryLock(dir, async () => {
      await makeClone(dataDir, dir, origin);
      writeFileSync(join(dir, USED_FILE), '');
    }),
  ]);
  const hooks = origin.kind === 'path' ? { configured: settings.hooksPath, own: join(origin.common, 'hooks') } : null;
  return { dir, origin, identity: settings.identity, hooks };
}

async function makeClone(dataDir: string, dir: string, origin: Origin): Promise<void> {
  if (existsSync(join(dir, 'HEAD'))) return;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const format = origin.kind === 'path' ? origin.format : 'sha1';
  await git(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--', dir], { cwd: dataDir });
  mkdirSync(join(dir, 'info'), { recursive: true });
  writeFileSync(join(dir, 'info', 'exclude'), `${NEVER_COMMITTED.join('\n')}\n`);
}

/** Where a run begins. */
export interface Beginning {
  base: string;
  /** The name of the branch it begins from; null: a detached HEAD. */
  from: string | null;
  /** The run's branch as the person's repository has it; null: it is not there. */
  published: string | null;
  /** The run's branch as the clone has it; null: it is not there. */
  ours: string | null;
  /** A commit that the person's repository has with all its history: `published`, else where the run begins; null: none is known. */
  there: string | null;
  warnings: string[];
}

/**
 * Fetches what a run needs: the branch it begins from (`defaultBranch`, else what HEAD names; `startFrom` unless that
 * holds it already) and the run's own branch. REPOSITORY_BROKEN: no commits, or no such branch.
 */
export async function fetchBeginning(
  clone: Clone,
  wish: { defaultBranch: string | null; startFrom: string | null; branch: string },
): Promise<Beginning> {
  const names = [wish.defaultBranch, wish.startFrom, wish.branch].filter((name) => name !== null);
  const [view, ours] = await Promise.all([viewOrigin(clone.origin, names, clone.dir), readRef(clone, branchRef(wish.branch))]);
  const warnings: string[] = [];
  const from = wish.defaultBranch ?? view.headBranch;
  const base = baseOf(view, wish.defaultBranch, clone.origin);
  if (from === null) warnings.push('The repository has a detached HEAD: the run begins from that commit, not from a branch.');
  const startHead = await startOf(clone, view, wish.startFrom);
  const published = view.refs[branchRef(wish.branch)] ?? null;
  await fetchCommits(clone, [base, startHead, published]);
  const begin = startHead !== null && !(await isAncestor(clone, startHead, base)) ? startHead : base;
  const known = begin === base || view.refs[branchRef(wish.startFrom ?? '')] !== undefined;
  const there = published ?? (known ? begin : null);
  return { base: begin, from: begin === base ? from : wish.startFrom, published, ours, there, warnings };
}

/** The commit that a run begins from. REPOSITORY_BROKEN: no commits, or no such branch. */
export function baseOf(view: OriginView, wanted: string | null, origin: Origin): string {
  const where = origin.kind === 'path' ? origin.address : 'The repository';
  const found = wanted === null ? view.head : view.refs[branchRef(wanted)];
  if (found) return found;
  if (view.head === null && Object.keys(view.refs).length === 0) {
    throw new GitFault('REPOSITORY_BROKEN', `${where} has no commits yet. Make a first one there: git commit --allow-empty -m "Begin"`);
  }
  throw new GitFault(
    'REPOSITORY_BROKEN',
    `${where} has no branch "${wanted ?? 'HEAD'}". Make it, or choose another default branch in the project.`,
  );
}

/** The head of an earlier run's branch: as published, else as this machine has it. */
async function startOf(clone: Clone, view: OriginView, name: string | null): Promise<string | null> {
  if (name === null) return null;
  return view.refs[branchRef(name)] ?? readRef(clone, branchRef(name));
}

/** Brings commits into the clone, each named by its own ref so that nothing loses it. */
export async function fetchCommits(clone: Clone, commits: (string | null)[]): Promise<void> {
  const wanted = [...new Set(commits.filter((commit) => commit !== null))].map(checkCommit);
  await withRepositoryLock(clone.dir, async () => {
    const asked = wanted.flatMap((commit) => [commit, keptRef(commit)]).join('\n');
    const { stdout } = await git(['cat-file', '--batch-check=%(objecttype)'], { cwd: clone.dir, input: `${asked}\n` });
    const answers = stdout.split('\n');
    const missing = wanted.filter((_commit, index) => answers[2 * index] !== 'commit');
    const unnamed = wanted.filter((commit, index) => !missing.includes(commit) && answers[2 * index + 1] !== 'commit');
    if (missing.length > 0) await fetchAll(clone, missing);
    if (unnamed.length > 0) await keep(clone, unnamed);
  });
}

function keptRef(commit: string): string {
  return `refs/specwright-kept/${commit}`;
}

async function keep(clone: Clone, commits: string[]): Promise<void> {
  const lines = commits.map((commit) => `update ${keptRef(commit)} ${commit}\n`).join('');
  await git(['update-ref', '--stdin'], { cwd: clone.dir, input: lines });
}

async function fetchAll(clone: Clone, commits: string[]): Promise<void> {
  const fixed = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--update-shallow', UPLOAD_PACK];
  const fetchRefs = (specs: string[]) => git([...fixed, '--', clone.origin.address, ...specs], { cwd: clone.dir });
  try {
    await fetchRefs(commits.map((commit) => `+${commit}:${keptRef(commit)}`));
  } catch {
    // Old servers give out only what a ref names: then all branches are fetched.
    await fetchRefs(['+refs/heads/*:refs/origin/*']).catch((fault: GitFault) => {
      if (fault.code !== 'INTERNAL') throw fault;
      throw new GitFault('REPOSITORY_MISSING', `The repository could not be fetched: ${fault.message}`, fault.said);
    });
    await keep(clone, commits);
  }
}

export async function isAncestor(clone: Clone, older: string, newer: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', checkCommit(older), checkCommit(newer)];
  return (await git(args, { cwd: clone.dir, accept: [1, 128] })).exitCode === 0;
}

/** The commit of a full ref name; null: no such ref. */
export async function readRef(clone: Clone, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
    cwd: clone.dir,
    accept: [1, 128],
  });
  return exitCode === 0 ? stdout.trim() : null;
}

/** The ref under which an attempt's snapshot is kept. */
export function attemptRef(runId: string, chunkId: string, attempt: number): string {
  return `refs/specwright/${refPart(runId)}/${refPart(chunkId)}/${attempt}`;
}

/** Takes away the locks that a killed git left. Only at a runner's start, when no git of it lives: nobody else works in the clone. */
export function removeStaleLocks(dataDir: string): void {
  const clones = join(dataDir, 'clones');
  if (!existsSync(clones)) return;
  for (const entry of readdirSync(clones, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.lock') && !entry.parentPath.includes('/objects/'))
      rmSync(join(entry.parentPath, entry.name), { force: true });
  }
}
