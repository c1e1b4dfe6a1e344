import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { doing, type GivenPhase, givenPhase, TASK_FILE } from '../testing/given-phase.ts';
import { BRANCH, endOf, type GivenRepository } from '../testing/given-place.ts';
import { landOn } from './land.ts';

/** A phase whose first batch is done on its branch, in front of its merge. */
async function givenDone(prepare?: (repository: GivenRepository) => void, executor = doing('T001', 'T002'), byAddress = false) {
  const given = await givenPhase(executor, { ...(prepare && { prepare }), byAddress });
  const head = endOf(await given.batch(1)).commit ?? '';
  const merge = async (baseBranch: string | null = 'main') =>
    endOf(await given.carryOut('merge', { baseBranch, job: { baseCommit: head } }));
  return { ...given, head, merge, remote: join(given.repository.folder, 'remote.git') };
}

/** The remote takes nothing until this is undone. */
function givenRefusal(remote: string): () => void {
  const hook = join(remote, 'hooks', 'pre-receive');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "not on a Friday" >&2\nexit 1\n');
  chmodSync(hook, 0o755);
  return () => rmSync(hook);
}

const main = ({ repository }: Pick<GivenPhase, 'repository'>) => repository.git('rev-parse', 'main');

/** A bare repository that main follows. */
function follow(repository: GivenRepository): string {
  const remote = join(repository.folder, 'remote.git');
  repository.git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  repository.git('remote', 'add', 'origin', remote);
  repository.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  return remote;
}

test('without a remote: the branch is merged here, its files come with it, and merging again changes nothing', async () => {
  const given = await givenDone();
  const end = await given.merge();
  expect(end).toMatchObject({ result: 'passed', commit: given.head, snapshot: null });
  expect(main(given)).toBe(given.head);
  expect(existsSync(join(given.repository.path, 'T002.txt'))).toBe(true);
  expect(given.repository.git('status', '--porcelain')).toBe('');
  // As after a crash between the merge and its report.
  expect(await given.merge()).toMatchObject({ result: 'passed', commit: given.head });
  expect(given.repository.git('for-each-ref', 'refs/specwright-merge')).toBe('');
  await given.close();
});

test('the base branch moved on: a merge commit holds both', async () => {
  const given = await givenDone();
  given.repository.write('other.txt', 'other\n');
  const theirs = given.repository.commit('Somebody else');
  const end = await given.merge();
  expect(end.result).toBe('passed');
  expect(given.repository.git('log', '-1', '--format=%P', 'main')).toBe(`${theirs} ${given.head}`);
  expect(readFileSync(join(given.repository.path, 'other.txt'), 'utf8')).toBe('other\n');
  expect(existsSync(join(given.repository.path, 'T001.txt'))).toBe(true);
  await given.close();
});

test('a person added a task on the base branch meanwhile: the two come together; next to what was ticked they conflict', async () => {
  const given = await givenDone();
  const file = readFileSync(join(given.repository.path, TASK_FILE), 'utf8');
  given.repository.write(TASK_FILE, `${file}- [ ] T009 by hand\n`);
  given.repository.commit('By hand');
  expect((await given.merge()).result).toBe('passed');
  const merged = readFileSync(join(given.repository.path, TASK_FILE), 'utf8');
  expect(merged).toBe(`${file.replaceAll(/\[ \] (T001|T002)/g, '[x] $1')}- [ ] T009 by hand\n`);
  await given.close();
  const close = await givenDone();
  close.repository.write(TASK_FILE, file.replace('[ ] T001', '[x] T001 first'));
  close.repository.commit('By hand');
  expect(await close.merge()).toMatchObject({ code: 'MERGE_CONFLICT', message: expect.stringContaining(TASK_FILE) });
  await close.close();
});

test('a conflict changes nothing and says what to do; merged by hand and approved again, it is done', async () => {
  const given = await givenDone();
  given.repository.write('T001.txt', 'mine\n');
  const theirs = given.repository.commit('Mine');
  const refused = await given.merge();
  expect(refused).toMatchObject({ result: 'merge_refused', code: 'MERGE_CONFLICT', commit: null });
  expect(refused.message).toMatch(/conflicts with it in: T001\.txt\..*git switch main && git merge specwright\//);
  expect(main(given)).toBe(theirs);
  expect(given.repository.git('status', '--porcelain')).toBe('');
  given.repository.git('merge', '--quiet', '--strategy-option=ours', BRANCH);
  expect(await given.merge()).toMatchObject({ result: 'passed', commit: main(given) });
  expect(readFileSync(join(given.repository.path, 'T001.txt'), 'utf8')).toBe('mine\n');
  await given.close();
});

test.each([
  ['changed', 'README.md', 'echo done >> README.md;'],
  ['not yet added', 'T001.txt', ''],
])('an untidy checkout, a file %s: refused with what to do, nothing is lost; tidied, it merges', async (_, file, first) => {
  const given = await givenDone(undefined, `${first}${doing('T001', 'T002')}`);
  const before = main(given);
  given.repository.write(file, 'not committed\n');
  const refused = await given.merge();
  expect(refused).toMatchObject({ result: 'merge_refused', code: 'CHECKOUT_IN_USE', message: expect.stringContaining('Commit or stash') });
  expect(main(given)).toBe(before);
  expect(readFileSync(join(given.repository.path, file), 'utf8')).toBe('not committed\n');
  given.repository.git('stash', '--quiet', '--include-untracked');
  expect((await given.merge()).result).toBe('passed');
  await given.close();
});

test('changes that the merge does not touch stay where they are', async () => {
  const given = await givenDone();
  given.repository.write('README.md', 'not committed\n');
  expect((await given.merge()).result).toBe('passed');
  expect(readFileSync(join(given.repository.path, 'README.md'), 'utf8')).toBe('not committed\n');
  await given.close();
});

test('a base branch that nobody has checked out moves alone; in another worktree it moves with its files', async () => {
  const given = await givenDone();
  given.repository.git('switch', '--quiet', '--create', 'elsewhere');
  expect((await given.merge()).result).toBe('passed');
  expect(main(given)).toBe(given.head);
  expect(existsSync(join(given.repository.path, 'T001.txt'))).toBe(false);
  const other = await givenDone((repository) => {
    repository.git('switch', '--quiet', '--create', 'elsewhere');
    repository.git('worktree', 'add', '--quiet', join(repository.folder, 'second'), 'main');
  });
  expect((await other.merge()).result).toBe('passed');
  expect(existsSync(join(other.repository.folder, 'second', 'T001.txt'))).toBe(true);
  await given.close();
  await other.close();
});

test('with a remote that the base branch follows, the merge is pushed; refused by a hook there, it says so until it is let in', async () => {
  const given = await givenDone((repository) => void follow(repository));
  const remote = (...args: string[]) => given.repository.git('--git-dir', join(given.repository.folder, 'remote.git'), ...args);
  const before = remote('rev-parse', 'main');
  const lift = givenRefusal(given.remote);
  const refused = await given.merge();
  expect(refused).toMatchObject({ result: 'merge_refused', code: 'PUSH_REFUSED' });
  expect(refused.message).toMatch(/^Merged onto main here, but origin refused the push: .*then merge again\.$/);
  expect(refused.message).toContain('not on a Friday');
  expect(main(given)).toBe(given.head);
  expect(remote('rev-parse', 'main')).toBe(before);
  lift();
  expect((await given.merge()).result).toBe('passed');
  expect(remote('rev-parse', 'main')).toBe(given.head);
  await given.close();
});

test('the remote has moved on: pulled and approved again, it is pushed', async () => {
  const given = await givenDone((repository) => void follow(repository));
  const second = join(given.repository.folder, 'second clone');
  given.repository.git('clone', '--quiet', join(given.repository.folder, 'remote.git'), second);
  given.repository.git('-C', second, '-c', 'user.name=B', '-c', 'user.email=b@x', 'commit', '--quiet', '--allow-empty', '-m', 'Theirs');
  given.repository.git('-C', second, 'push', '--quiet');
  expect(await given.merge()).toMatchObject({ result: 'merge_refused', code: 'PUSH_REFUSED' });
  given.repository.git('pull', '--quiet', '--no-rebase', '--no-edit');
  expect((await given.merge()).result).toBe('passed');
  expect(given.repository.git('rev-parse', 'origin/main')).toBe(main(given));
  await given.close();
});

test('a repository that is an address: it is merged there, also onto a base that moved', async () => {
  const given = await givenDone(undefined, doing('T001', 'T002'), true);
  const there = (...args: string[]) => given.repository.git('--git-dir', given.remote, ...args);
  const work = join(given.repository.folder, 'work');
  given.repository.git('clone', '--quiet', given.remote, work);
  given.repository.git('-C', work, '-c', 'user.name=B', '-c', 'user.email=b@x', 'commit', '--quiet', '--allow-empty', '-m', 'Theirs');
  given.repository.git('-C', work, 'push', '--quiet');
  const theirs = there('rev-parse', 'main');
  expect((await given.merge()).result).toBe('passed');
  expect(there('log', '-1', '--format=%P', 'main')).toBe(`${theirs} ${given.head}`);
  await given.close();
});

test('no branch to merge onto: a detached HEAD, or one that is gone', async () => {
  const given = await givenDone();
  expect(await given.merge(null)).toMatchObject({ code: 'NO_BASE_BRANCH', message: expect.stringContaining('detached HEAD') });
  expect(await given.merge('gone')).toMatchObject({ code: 'NO_BASE_BRANCH', message: expect.stringContaining('no branch gone') });
  await given.close();
});

test('the base branch moves between the look and the landing: nothing of it is lost', async () => {
  const given = await givenDone();
  const seen = main(given);
  given.repository.write('late.txt', 'late\n');
  const theirs = given.repository.commit('Late');
  const landing = { branch: 'main', commit: given.head, expected: seen, runId: 'run_a' };
  expect(await landOn(given.place.clone, landing)).toMatchObject({ code: 'CHECKOUT_IN_USE' });
  given.repository.git('switch', '--quiet', '--create', 'elsewhere');
  expect(await landOn(given.place.clone, landing)).toMatchObject({ code: 'PUSH_REFUSED', message: expect.stringContaining('merge again') });
  expect(main(given)).toBe(theirs);
  await given.close();
});
