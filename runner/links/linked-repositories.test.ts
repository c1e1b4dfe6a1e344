import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenRepository } from '../testing/given-place.ts';
import { linkOf } from './link-of.ts';
import { openLinks } from './linked-repositories.ts';
import { addLink, readLinks, removeLink } from './links-file.ts';

const byPath = (path: string) => ({ kind: 'path' as const, path, defaultBranch: null });
const byUrl = (url: string) => ({ kind: 'url' as const, url, defaultBranch: 'main' });

async function given() {
  const repository = givenRepository();
  const dataDir = join(repository.folder, 'data');
  addLink(dataDir, await linkOf(repository.path));
  const other = join(repository.folder, 'other');
  mkdirSync(other);
  execFileSync('git', ['init', '--quiet'], { cwd: other });
  return { repository, dataDir, other, links: openLinks(dataDir) };
}

test('a folder is served under every name that means it, and no other folder under any', async () => {
  const { repository, other, links } = await given();
  const way = join(repository.folder, 'way');
  symlinkSync(repository.path, way);
  for (const path of [repository.path, `${repository.path}/`, join(repository.path, '..', 'the project'), way])
    expect(links.linked(byPath(path))).toEqual(byPath(repository.path));
  symlinkSync(other, join(repository.path, 'inside'));
  for (const path of [
    other,
    `${repository.path}/../other`,
    join(repository.path, 'inside'),
    repository.folder,
    '/',
    '',
    'the project',
    join(repository.path, '.git'),
  ])
    expect(() => links.linked(byPath(path)), path).toThrow(/does not serve/);
});

test('a folder that became a way to another one is served no more', async () => {
  const { repository, other, links } = await given();
  renameSync(repository.path, `${repository.path} away`);
  symlinkSync(other, repository.path);
  expect(() => links.linked(byPath(repository.path))).toThrow(/does not serve/);
  expect(() => links.linked(byPath(other))).toThrow(/does not serve/);
});

test('an address is fetched as the owner linked it, however the server spells it', async () => {
  const { dataDir, links } = await given();
  addLink(dataDir, { path: null, url: 'git@github.com:team/app.git' });
  for (const url of ['https://github.com/team/app', 'http://GitHub.com:8080/team/app.git', 'ssh://evil@github.com/team/app'])
    expect(links.linked(byUrl(url))).toEqual({ kind: 'url', url: 'git@github.com:team/app.git', defaultBranch: 'main' });
  for (const url of [
    'https://github.com/team/app2',
    'https://github.com.evil.org/team/app',
    'file:///etc',
    'ext::sh -c id',
    'https://github.com/team/app --upload-pack=x',
  ])
    expect(() => links.linked(byUrl(url)), url).toThrow(/does not serve/);
});

test('a login in a linked address is known to the mask, and stands in no refusal', async () => {
  const { dataDir, links } = await given();
  addLink(dataDir, { path: null, url: 'https://ada:correct-horse@example.org/a.git' });
  expect(links.secrets()).toEqual(['correct-horse', 'correct-horse']);
  expect(() => links.linked(byUrl('https://ada:correct-horse@example.org/b.git'))).not.toThrow(/correct-horse/);
});

test('links are kept for the owner alone, once each, and end when they are taken away', async () => {
  const { repository, dataDir, links } = await given();
  addLink(dataDir, await linkOf(join(repository.path, '.')));
  expect(readLinks(dataDir)).toEqual([{ path: repository.path, url: null }]);
  expect(statSync(join(dataDir, 'links.json')).mode & 0o777).toBe(0o600);
  expect(removeLink(dataDir, repository.path)).toBe(true);
  expect(removeLink(dataDir, repository.path)).toBe(false);
  expect(() => links.linked(byPath(repository.path))).toThrow(/does not serve/);
});

test('what is no repository is not linked', async () => {
  const { repository } = await given();
  await expect(linkOf(repository.folder)).rejects.toThrow(/is not a git repository/);
  rmSync(join(repository.folder, 'other'), { recursive: true });
  await expect(linkOf(join(repository.folder, 'other'))).rejects.toThrow(/no folder/);
  await expect(linkOf('ext::sh -c id')).rejects.toThrow();
  await expect(linkOf('https://example.org/a b')).rejects.toThrow(/address/);
});
