import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import { expect, test } from 'vitest';
import { isRunId, openJournal } from '../journal/journal.ts';
import { linkOf } from '../links/link-of.ts';
import { openLinks } from '../links/linked-repositories.ts';
import { addLink } from '../links/links-file.ts';
import { type GivenRepository, givenRepository } from '../testing/given-place.ts';
import { attemptRef, fetchBeginning, openClone } from './clone.ts';
import { branchRef, git } from './git.ts';
import { findOrigin } from './origin.ts';
import { publish } from './publish.ts';
import { promotionMessage } from './trailers.ts';
import { addWorktree, worktreePath } from './worktree.ts';

/** Commands and places that a name could reach; whatever is carried out makes a file here. */
function hostileNames(folder: string): string[] {
  const trap = join(folder, 'traps');
  mkdirSync(trap, { recursive: true });
  let traps = 0;
  const touch = () => `touch ${quote(join(trap, `fired-${traps++}`))}`;
  const quote = (text: string) => `'${text}'`;
  const names: string[] = [];
  const options = [
    'upload-pack',
    'receive-pack',
    'exec',
    'config-env',
    'template',
    'output',
    'orphan',
    'upload-archive',
    'receivepack',
    'open-files-in-pager',
  ];
  for (const option of options) for (const dash of ['--', '-', '—', '--no-']) names.push(`${dash}${option}=${touch()}`, `${dash}${option}`);
  for (const short of 'abcdfhinoqrtuvxCDEFGIO') names.push(`-${short}`, `-${short}${touch()}`);
  const wrappers = [
    (c: string) => `$(${c})`,
    (c: string) => `\`${c}\``,
    (c: string) => `;${c};`,
    (c: string) => `|${c}`,
    (c: string) => `&& ${c}`,
    (c: string) => `\n${c}\n`,
    (c: string) => `'; ${c}; '`,
    (c: string) => `"; ${c}; "`,
    (c: string) => `x\u3000;${c}`,
    (c: string) => `x$IFS;${c}`,
    (c: string) => `\r\n${c}`,
    (c: string) => `{${c}}`,
    (c: string) => `<(${c})`,
    (c: string) => `\0${c}`,
  ];
  for (const wrap of wrappers)
    for (const before of ['', 'main', 'specwright/', 'feature/x', '.', '@', 'HEAD']) names.push(`${before}${wrap(touch())}`);
  for (const scheme of [
    'ext::',
    'ext::sh -c ',
    'fd::',
    'fd::7',
    'EXT::sh -c ',
    'transport::ext::',
    'foo::',
    'ssh://-oProxyCommand=',
    'ssh://x -oProxyCommand=',
    'git@-oProxyCommand=',
    '-oProxyCommand=',
    'file://--upload-pack=',
    'http://x/ --config=',
    'git://;',
    'ssh://host;',
    'x@y:;',
    'javascript:',
    'data:text/plain,',
    'gopher://',
    'dict://',
    'rsync://x/',
    'http::',
    'https::ext::',
  ])
    names.push(scheme, `${scheme}${touch()}`, `  ${scheme}${touch()}`);
  for (const up of [
    '..',
    '../..',
    '../../../../etc/passwd',
    '..\\..',
    '....//',
    '%2e%2e/',
    '/etc',
    '/etc/passwd',
    '~root',
    '~',
    'C:\\',
    '//server/share',
    '.',
    './',
    '/',
    'a/../..',
    'a/./b',
    'a//b',
    '\u2025/',
    '\uff0e\uff0e/',
    '/proc/self/environ',
    '/dev/null',
  ])
    for (const end of ['', '/x', '/.git/config']) names.push(`${up}${end}`);
  for (const git of [
    '.git',
    '.GIT',
    '.Git',
    'git~1',
    '.git ',
    '.git.',
    '.g\u200cit',
    '.git\u200b',
    '.git::$INDEX_ALLOCATION',
    '.git\\config',
    '\uff0egit',
  ])
    for (const end of ['', '/config', '/hooks/post-checkout', '/HEAD']) names.push(`${git}${end}`, `x/${git}${end}`);
  for (const name of [
    'HEAD',
    'FETCH_HEAD',
    'refs/heads/main',
    '@',
    '@{-1}',
    '@{u}',
    'main^{commit}',
    'main~1',
    'main:README.md',
    ':/Begin',
    '^main',
    'main..x',
    'main...x',
    'a.lock',
    'a.lock/b',
    'a.',
    '.a',
    '/a',
    'a/',
    '*',
    'ma?n',
    'm[a]in',
    'a b',
    'a\tb',
    'a\u3000b',
    'a\u00a0b',
    'a\u202eb',
    'a\x7fb',
    'a\x1b[31m',
    'a\0b',
    '',
    ' ',
    '\n',
    '-',
    '--',
    '---',
    'x'.repeat(5000),
    '\ud800',
    'ﬀ',
    'ΑΒΓ',
    'main\u0301',
    '+main',
    'main:refs/heads/evil',
    '+refs/heads/*:refs/heads/*',
    '(x)',
    '<x>',
    '#x',
    '!x',
    '"x"',
    '%x%',
    'nul',
    'con',
    'aux.txt',
  ])
    names.push(name);
  return [...new Set(names)];
}

/** Every file and folder below, with size and time; what works here may change is left out. */
function standing(folder: string, without: string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !without.some((one) => path === one || path.startsWith(`${one}/`)))
    .map((path) => `${relative(folder, path)} ${statSync(path, { throwIfNoEntry: false })?.isFile() ? statSync(path).size : 'folder'}`)
    .sort();
}

const refused = async (work: () => unknown) => {
  try {
    await work();
    return false;
  } catch {
    return true;
  }
};

/** Refs and settings of a repository, as far as a name could have changed them. */
const stateOf = (repository: GivenRepository) =>
  [repository.git('for-each-ref'), repository.git('config', '--list', '--local'), repository.git('status', '--porcelain')].join('\n');

test('no name becomes an option, a place outside or a command: branches, addresses, folders, ids, titles', {
  timeout: 120_000,
}, async () => {
  const repository = givenRepository();
  const dataDir = join(repository.folder, 'runner data');
  mkdirSync(dataDir);
  const secret = join(repository.folder, 'secret');
  mkdirSync(secret);
  writeFileSync(join(secret, 'key'), 'not to be read');
  const names = hostileNames(repository.folder);
  expect(names.length).toBeGreaterThanOrEqual(300);
  const clone = await openClone(dataDir, { kind: 'path', path: repository.path, defaultBranch: null });
  const { base } = await fetchBeginning(clone, { defaultBranch: null, startFrom: null, branch: 'specwright/ok' });
  addLink(dataDir, await linkOf(repository.path));
  const links = openLinks(dataDir);
  const before = {
    files: standing(repository.folder, [dataDir]),
    state: stateOf(repository),
    outside: standing(dataDir, [clone.dir, join(dataDir, 'worktrees')]),
  };

  let branches = 0;
  for (const name of names) {
    // Branches: what is taken is a name for git too, and stays below refs/heads/.
    const ref = await refused(() => branchRef(name));
    if (!ref) {
      branches += 1;
      execFileSync('git', ['check-ref-format', branchRef(name)]);
      const beginning = { defaultBranch: null, startFrom: name, branch: 'specwright/ok' };
      await refused(() => fetchBeginning(clone, beginning));
      await refused(() => fetchBeginning(clone, { ...beginning, startFrom: null, defaultBranch: name }));
    } else {
      expect(await refused(() => fetchBeginning(clone, { defaultBranch: name, startFrom: null, branch: 'specwright/ok' })), name).toBe(
        true,
      );
      expect(await refused(() => publish(clone, null, { branch: name, commit: base, expected: null, objects: null })), name).toBe(true);
    }
    // Addresses: no transport but the plain ones, nothing before the host that ssh could take for an option. None of them is ever reached.
    const address: Repository = { kind: 'url', url: name, defaultBranch: null };
    const origin = await findOrigin(address).catch(() => null);
    if (origin !== null)
      expect(origin.address).toMatch(/^(https?|ssh|git|file):\/\/[^\s-]|^[A-Za-z0-9_.-]+@[A-Za-z0-9_.][A-Za-z0-9_.-]*:[^\s-]/);
    // What was not linked is not served, whatever it is called.
    expect(await refused(() => links.linked(address)), name).toBe(true);
    for (const path of [name, join(repository.path, name), `${secret}/${name}`]) {
      const own = await refused(() => links.linked({ kind: 'path', path, defaultBranch: null }));
      if (!own) expect(links.linked({ kind: 'path', path, defaultBranch: null })).toMatchObject({ path: repository.path });
    }
    // Ids: journals, refs of attempts, worktrees.
    expect(isRunId(name) ? /^[\w-]+$/.test(name) : await refused(() => openJournal(dataDir, name)), name).toBe(true);
    execFileSync('git', ['check-ref-format', attemptRef(name, name, 1)]);
    expect(relative(join(dataDir, 'worktrees'), worktreePath(dataDir, name, 1)), name).toMatch(/^[\w-]+$/);
  }
  // A commit, a worktree and a message with the worst of them, through real git.
  for (const name of names.filter((_one, index) => index % 12 === 0)) {
    const worktree = await addWorktree(clone, worktreePath(dataDir, name, 7), base);
    expect(worktree.path.startsWith(join(dataDir, 'worktrees'))).toBe(true);
  }
  for (const name of names) {
    const message = promotionMessage({
      title: name,
      body: `${name}\n\nSpecwright-Run: forged`,
      runId: name,
      chunkIds: [name],
      attempt: 1,
      verdict: 'pass',
    });
    // What git reads: the last paragraph alone.
    const trailers = (message.trimEnd().split('\n\n').at(-1) ?? '').split('\n').filter((line) => line.startsWith('Specwright-Run:'));
    expect(trailers, JSON.stringify(name)).toHaveLength(1);
  }
  // What a repository or a file is called cannot change what git does in it either.
  await git(['cat-file', '-e', `${base}:README.md`], { cwd: clone.dir });
  expect(branches).toBeGreaterThan(5);
  expect(readdirSync(join(repository.folder, 'traps'))).toEqual([]);
  expect(standing(repository.folder, [dataDir])).toEqual(before.files);
  expect(stateOf(repository)).toBe(before.state);
  expect(standing(dataDir, [clone.dir, join(dataDir, 'worktrees'), join(dataDir, 'journals')])).toEqual(before.outside);
  expect(existsSync('/tmp/specwright-pwned')).toBe(false);
});
