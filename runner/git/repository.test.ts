import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BRANCH, configurationOf, endOf, givenPlace, givenRepository } from '../testing/given-place.ts';
import { fetchBeginning, fetchCommits, openClone, readRef } from './clone.ts';
import { treeOf, writeCommit } from './commit-object.ts';
import { diffOf } from './diff.ts';
import { branchRef, checkCommit, git } from './git.ts';
import { openWorktreeRefs, promote } from './promote.ts';
import { takeSnapshot } from './snapshot.ts';
import { addWorktree, headOf, resetWorktree, statusOf } from './worktree.ts';

const dataOf = (folder: string) => mkdtempSync(join(folder, 'data-'));
const wish = { defaultBranch: null, startFrom: null, branch: BRANCH };
const at = (repository: { path: string }) => ({ kind: 'path' as const, path: repository.path, defaultBranch: null });

async function givenClone(repository = givenRepository()) {
  const clone = await openClone(dataOf(repository.folder), at(repository));
  const beginning = await fetchBeginning(clone, wish);
  return { repository, clone, beginning };
}

test('a run begins from what HEAD names, and a fetched commit is kept by its own ref', async () => {
  const { repository, clone, beginning } = await givenClone();
  const head = repository.git('rev-parse', 'HEAD');
  expect(beginning).toMatchObject({ base: head, from: 'main', published: null, ours: null, there: head, warnings: [] });
  expect(await readRef(clone, `refs/specwright-kept/${head}`)).toBe(head);
  const next = repository.commit('Next');
  expect((await fetchBeginning(clone, wish)).base).toBe(next);
});

test('a detached HEAD is a warning, not a fault', async () => {
  const repository = givenRepository();
  repository.git('checkout', '--quiet', '--detach');
  const { beginning } = await givenClone(repository);
  expect(beginning.from).toBeNull();
  expect(beginning.warnings).toHaveLength(1);
});

test('a repository of SHA-256 objects is cloned as such', async () => {
  const { clone, beginning } = await givenClone(givenRepository({ format: 'sha256' }));
  expect(beginning.base).toHaveLength(64);
  const commit = writeCommit(clone, { tree: await treeOf(clone, beginning.base), parent: beginning.base, message: 'More\n' });
  expect((await git(['log', '-1', '--format=%s', commit], { cwd: clone.dir })).stdout).toBe('More\n');
});

test.each([
  ['no folder', () => '/nowhere/at all', 'REPOSITORY_MISSING', /no folder/],
  ['no git in it', () => mkdtempSync(join(tmpdir(), 'specwright-plain-')), 'REPOSITORY_MISSING', /git init/],
])('a repository that is not there is told with what to do: %s', async (_name, path, code, message) => {
  const opened = openClone(dataOf(tmpdir()), { kind: 'path', path: path(), defaultBranch: null });
  await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a repository without commits, and one without the branch that was asked for, are told with what to do', async () => {
  const empty = givenClone(givenRepository({ commits: false }));
  await expect(empty).rejects.toMatchObject({ code: 'REPOSITORY_BROKEN', message: expect.stringMatching(/git commit/) });
  const { clone } = await givenClone();
  const absent = fetchBeginning(clone, { ...wish, defaultBranch: 'absent' });
  await expect(absent).rejects.toMatchObject({ code: 'REPOSITORY_BROKEN', message: expect.stringMatching(/"absent"/) });
});

test.each(['--upload-pack=x', 'ext::sh -c x', '-c x'])('the address %s is given to no git', async (url) => {
  await expect(openClone(dataOf(tmpdir()), { kind: 'url', url, defaultBranch: null })).rejects.toMatchObject({ code: 'REPOSITORY_BROKEN' });
});

test('what stands uncommitted in the person’s checkout is neither taken nor touched', async () => {
  const repository = givenRepository();
  repository.write('README.md', 'not committed\n');
  repository.write('new.txt', 'not tracked\n');
  const before = repository.git('status', '--porcelain');
  const given = await givenPlace(repository);
  expect(readFileSync(join(given.place.worktree.path, 'README.md'), 'utf8')).toBe('# A project\n');
  expect(existsSync(join(given.place.worktree.path, 'new.txt'))).toBe(false);
  expect(repository.git('status', '--porcelain')).toBe(before);
  await given.close();
});

test('a commit that is written as an object is as git would have made it', async () => {
  const { repository, clone, beginning } = await givenClone();
  const tree = await treeOf(clone, beginning.base);
  const message = 'Größer\n\nEin Körper.\n';
  const commit = writeCommit(clone, { tree, parent: beginning.base, message });
  const env = {
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
  const dates = (await git(['log', '-1', '--date=raw', '--format=%ad', commit], { cwd: clone.dir })).stdout.trim();
  const made = await git(['commit-tree', '-p', beginning.base, '-F', '-', tree], {
    cwd: clone.dir,
    input: message,
    env: { ...env, GIT_AUTHOR_DATE: dates, GIT_COMMITTER_DATE: dates },
  });
  expect(made.stdout.trim()).toBe(commit);
  expect((await git(['fsck', '--strict', commit], { cwd: clone.dir })).stderr).not.toMatch(/error|missing/);
  expect(repository.git('log', '-1', '--format=%an')).toBe('Ada');
});

test('a snapshot holds untracked, executable and linked files, and none that is ignored', async () => {
  const { clone, beginning } = await givenClone();
  const worktree = await addWorktree(clone, join(clone.dir, '..', 'work tree ü'), beginning.base);
  const file = (name: string) => join(worktree.path, name);
  writeFileSync(file('.gitignore'), 'ignored.txt\n');
  writeFileSync(file('ignored.txt'), 'x');
  mkdirSync(file('node_modules'));
  writeFileSync(file('node_modules/dep.js'), 'x');
  writeFileSync(file('größe "1".txt'), 'x\n');
  writeFileSync(file('run.sh'), '#!/bin/sh\n');
  chmodSync(file('run.sh'), 0o755);
  symlinkSync('README.md', file('link'));
  const snapshot = await takeSnapshot(clone, worktree, { base: beginning.base, message: 'Snapshot\n' });
  const listed = (await git(['ls-tree', '-r', '-z', snapshot.commit], { cwd: clone.dir })).stdout.split('\0').filter(Boolean);
  const modes = Object.fromEntries(listed.map((line) => [line.split('\t')[1], line.slice(0, 6)]));
  expect(modes).toEqual({
    '.gitignore': '100644',
    'README.md': '100644',
    'größe "1".txt': '100644',
    link: '120000',
    'run.sh': '100755',
  });
  const diff = await diffOf(clone, beginning.base, snapshot.commit, 10_000);
  expect(diff).toMatchObject({ files: 4, added: 4, removed: 0 });
  expect(diff.text).toContain('+#!/bin/sh');
  expect(diff.objects).toHaveLength(4);
});

test('a worktree is brought back to a commit, keeping what setup made', async () => {
  const { clone, beginning } = await givenClone();
  const worktree = await addWorktree(clone, join(clone.dir, '..', 'worktree'), beginning.base);
  const file = (name: string) => join(worktree.path, name);
  for (const folder of ['node_modules', '.venv']) mkdirSync(file(folder));
  writeFileSync(file('node_modules/a'), 'made by setup');
  writeFileSync(file('.venv/b'), 'made by an agent');
  writeFileSync(file('README.md'), 'changed');
  writeFileSync(file('stray.txt'), 'x');
  await resetWorktree(worktree, { commit: beginning.base, head: beginning.base, keepIgnored: ['node_modules/'] });
  expect(await statusOf(worktree)).toEqual({ staged: [], dirty: [], ignored: ['node_modules/'] });
  expect(headOf(worktree)).toBe(beginning.base);
});

async function givenPromotion() {
  const { repository, clone, beginning } = await givenClone();
  const worktree = await addWorktree(clone, join(clone.dir, '..', 'worktree'), beginning.base);
  await git(['update-ref', branchRef(BRANCH), beginning.base], { cwd: clone.dir });
  writeFileSync(join(worktree.path, 'work.txt'), 'x');
  const snapshot = await takeSnapshot(clone, worktree, { base: beginning.base, message: 'Snapshot\n' });
  const attempt = { runId: 'run', chunkId: 'chunk', attempt: 1 };
  const work = { branch: BRANCH, baseCommit: beginning.base, snapshot, message: 'Work\n', attempt };
  return { repository, clone, worktree, refs: openWorktreeRefs(clone, worktree), work };
}

test('a promotion moves branch, attempt ref and HEAD together, and leaves the files clean', async () => {
  const { clone, worktree, refs, work } = await givenPromotion();
  const commit = await promote(clone, refs, work);
  expect(await readRef(clone, branchRef(BRANCH))).toBe(commit);
  expect(await readRef(clone, 'refs/specwright/run/chunk/1')).toBe(work.snapshot.commit);
  expect(headOf(worktree)).toBe(commit);
  expect(await statusOf(worktree)).toEqual({ staged: [], dirty: [], ignored: [] });
  refs.close();
});

test('of two promotions from one base the second is refused, and the next one is not: BRANCH_MOVED', async () => {
  const { clone, worktree, refs, work } = await givenPromotion();
  const first = await promote(clone, refs, work);
  await expect(promote(clone, refs, { ...work, message: 'Other\n' })).rejects.toMatchObject({ code: 'BRANCH_MOVED' });
  expect(await readRef(clone, branchRef(BRANCH))).toBe(first);
  expect(headOf(worktree)).toBe(first);
  const second = await promote(clone, refs, { ...work, baseCommit: first, message: 'Next\n' });
  expect(await readRef(clone, branchRef(BRANCH))).toBe(second);
  refs.close();
});

test('commits and branches that came over the wire become no options', () => {
  expect(() => checkCommit('--help')).toThrow();
  for (const name of ['-x', 'a..b', 'a b', 'a\nb', '']) expect(() => branchRef(name)).toThrow();
});

test('a commit that nobody has is told', async () => {
  const { clone } = await givenClone();
  await expect(fetchCommits(clone, ['1'.repeat(40)])).rejects.toThrow();
});

test('git answers with what it wrote, byte by byte, and more than it may write is a fault', async () => {
  const { repository, clone, beginning } = await givenClone();
  const text = `ä'"$(x)\`\n\n${'x'.repeat(300_000)}\n`;
  repository.write('odd', text);
  const head = repository.commit('Odd');
  await fetchCommits(clone, [head, beginning.base]);
  expect((await git(['cat-file', 'blob', `${head}:odd`], { cwd: clone.dir })).stdout).toBe(text);
  await expect(git(['cat-file', 'blob', `${head}:odd`], { cwd: clone.dir, maxBytes: 1000 })).rejects.toThrow();
  expect((await git(['rev-parse', `${head}^`], { cwd: clone.dir })).stdout.trim()).toBe(beginning.base);
  await expect(git(['rev-parse', 'x'], { cwd: '/nowhere' })).rejects.toThrow(/not there/);
});

test('an attempt’s end names its commit, which carries the run’s trailers', async () => {
  const repository = givenRepository();
  repository.write('.handoff/config.yaml', configurationOf({}));
  repository.commit('Configure');
  const given = await givenPlace(repository);
  const end = endOf(await given.attempt({ chunkId: 'chunk_fix', rootChunkId: 'chunk_a', kind: 'fix', title: 'Fix: Print a report' }));
  expect(repository.git('log', '-1', '--format=%H', BRANCH)).toBe(end.commit);
  expect(repository.git('log', '-1', '--format=%B', BRANCH)).toMatch(
    /^Print a report\n\nFine\.\n\nSpecwright-Run: \S+\nSpecwright-Chunk: chunk_a\nSpecwright-Chunk: chunk_fix\nSpecwright-Attempt: 1\nSpecwright-Verdict: pass/,
  );
  await given.close();
});
