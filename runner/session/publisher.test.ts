import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BRANCH, configurationOf, endOf, givenHook, givenPlace, givenRepository } from '../testing/given-place.ts';

async function given() {
  const repository = givenRepository();
  repository.write('.handoff/config.yaml', configurationOf({ executor: 'date +%N >> work.txt' }));
  repository.commit('Configure');
  return { repository, given: await givenPlace(repository) };
}

test('hooks of the person do not run for what is published', async () => {
  const { repository, given: its } = await given();
  for (const name of ['reference-transaction', 'update', 'pre-receive', 'post-receive', 'pre-push'])
    givenHook(repository, name, `touch '${repository.folder}/ran'; exit 1`);
  expect(endOf(await its.attempt()).commit).toBe(repository.git('-c', 'core.hooksPath=/dev/null', 'rev-parse', BRANCH));
  expect(existsSync(join(repository.folder, 'ran'))).toBe(false);
  await its.close();
});

test('a branch that is checked out there is not moved beneath its files; once it is free, all is published', async () => {
  const { repository, given: its } = await given();
  await its.attempt({ chunkId: 'one' });
  repository.git('checkout', '--quiet', BRANCH);
  const before = repository.git('rev-parse', 'HEAD');
  expect(endOf(await its.attempt({ chunkId: 'two' })).result).toBe('passed');
  await its.attempt({ chunkId: 'three' });
  expect(repository.git('rev-parse', 'HEAD')).toBe(before);
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(its.troubles).toEqual([expect.stringMatching(/checked out/)]);
  repository.git('checkout', '--quiet', 'main');
  const last = endOf(await its.attempt({ chunkId: 'four' }));
  expect(repository.git('rev-parse', BRANCH)).toBe(last.commit);
  expect(repository.git('fsck')).not.toMatch(/missing|broken/);
  await its.close();
});

test('a branch with commits of somebody else is never moved; once it is put back, all is published', async () => {
  const { repository, given: its } = await given();
  await its.attempt({ chunkId: 'one' });
  repository.git('branch', 'kept', BRANCH);
  repository.git('branch', '--force', BRANCH, 'main');
  expect(endOf(await its.attempt({ chunkId: 'two' })).result).toBe('passed');
  expect(repository.git('rev-parse', BRANCH)).toBe(repository.git('rev-parse', 'main'));
  expect(its.troubles).toEqual([expect.stringMatching(/somebody else/)]);
  repository.git('branch', '--force', BRANCH, 'kept');
  await its.close();
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('2');
});

test('a repository whose objects are packed gets the branch whole', async () => {
  const { repository, given: its } = await given();
  await its.attempt({ chunkId: 'one' });
  repository.git('gc', '--quiet');
  await its.attempt({ chunkId: 'two' });
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('2');
  expect(repository.git('fsck')).not.toMatch(/missing|broken/);
  await its.close();
});

test('a repository that has gone is a warning: the work is safe in the clone', async () => {
  const { repository, given: its } = await given();
  await its.attempt({ chunkId: 'one' });
  renameSync(repository.path, `${repository.path} elsewhere`);
  expect(endOf(await its.attempt({ chunkId: 'two' })).result).toBe('passed');
  expect(its.troubles).toEqual([expect.stringMatching(/not published/)]);
  renameSync(`${repository.path} elsewhere`, repository.path);
  await its.close();
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('2');
});

test('a branch at an address is published by a push', async () => {
  const { repository, given: first } = await given();
  await first.close();
  const bare = join(repository.folder, 'bare.git');
  repository.git('clone', '--quiet', '--bare', repository.path, bare);
  const url = `file://${bare.replaceAll(' ', '%20')}`;
  const its = await givenPlace(repository, { repository: { kind: 'url', url, defaultBranch: null } });
  const end = endOf(await its.attempt());
  expect([its.troubles, repository.git('--git-dir', bare, 'rev-parse', BRANCH)]).toEqual([[], end.commit]);
  await its.close();
});
