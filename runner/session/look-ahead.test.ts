import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GitFault } from '../git/git.ts';
import type { Links } from '../links/linked-repositories.ts';
import { BRANCH, type GivenRepository, givenGrant, givenRepository } from '../testing/given-place.ts';
import { lookAhead } from './look-ahead.ts';

function given() {
  const repository = givenRepository();
  const dataDir = join(repository.folder, 'runner data');
  mkdirSync(dataDir);
  return { repository, dataDir };
}

const beginOf = ({ path }: GivenRepository) => ({
  repository: { kind: 'path' as const, path, defaultBranch: null },
  branch: BRANCH,
  startFrom: null,
});

test('what was seen before the grant is where the run begins, and is given out once', async () => {
  const { repository, dataDir } = given();
  const ahead = lookAhead(dataDir, null, beginOf(repository));
  const { run } = givenGrant(repository);
  const look = await ahead.of(run);
  expect(look?.beginning).toMatchObject({ base: repository.git('rev-parse', 'HEAD'), from: 'main', published: null, ours: null });
  expect(await ahead.of(run)).toBeNull();
});

test.each([
  ['another branch', { branch: 'specwright/other' }],
  ['another beginning', { startFrom: 'specwright/earlier' }],
  ['a run that another machine had', { head: '0'.repeat(40) }],
])('%s is looked at anew', async (_, more) => {
  const { repository, dataDir } = given();
  expect(await lookAhead(dataDir, null, beginOf(repository)).of(givenGrant(repository, more).run)).toBeNull();
});

test('what the owner has not linked is not looked at', async () => {
  const { repository, dataDir } = given();
  const links: Links = {
    announced: async () => [],
    linked: () => {
      throw new GitFault('REPOSITORY_MISSING', 'not linked');
    },
    secrets: () => [],
  };
  expect(await lookAhead(dataDir, links, beginOf(repository)).of(givenGrant(repository).run)).toBeNull();
});

test('a folder that is not there is told by the look after the grant', async () => {
  const { repository, dataDir } = given();
  const gone = { ...repository, path: join(repository.folder, 'gone') };
  expect(await lookAhead(dataDir, null, beginOf(gone)).of(givenGrant(gone).run)).toBeNull();
});
