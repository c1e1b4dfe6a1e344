import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Errand, ErrandAnswer, PhaseFound } from '@specwright/protocol/errand.ts';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import { afterAll, expect, it } from 'vitest';
import { GitFault } from '../git/git.ts';
import type { Links } from '../links/linked-repositories.ts';
import { makeErrands } from './errands.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'specwright-errand-'));
  made.push(folder);
  return folder;
}

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', '-c', 'core.autocrlf=false', ...args], { cwd, encoding: 'utf8' });

function lay(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function repositoryOf(files: Record<string, string>): string {
  const folder = temporary();
  git(folder, 'init', '-q', '-b', 'main');
  lay(folder, files);
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Begin');
  return folder;
}

type Draft = Errand extends infer E ? (E extends Errand ? Omit<E, 'id' | 'repository'> : never) : never;

function ask(repository: Repository, draft: Draft, links: Links | null = null): Promise<ErrandAnswer> {
  return new Promise((resolve) => {
    const dataDir = temporary();
    const answer = async (_id: string, found: ErrandAnswer) => {
      const looks = join(dataDir, 'looks');
      expect(existsSync(looks) ? readdirSync(looks) : []).toEqual([]);
      resolve(found);
    };
    makeErrands({ dataDir, links, log: () => {}, answer }).take(JSON.stringify({ ...draft, id: 'err_1', repository }));
  });
}

const path = (folder: string, defaultBranch: string | null = null): Repository => ({ kind: 'path', path: folder, defaultBranch });
const look = async (repository: Repository, folder: string | null = null) =>
  (await ask(repository, { kind: 'phase', folder, batchSize: 15 })) as PhaseFound;

const TASKS =
  '# Tasks: Shop\n\n## Setup\n\n- [x] T001 a\n- [ ] T002 b\n\n## Core\n\n- [ ] T003 c\n- [ ] T003 d\n\n```\n- [ ] T004 e\n```\n';

it('reads the phase of the commit as a first look would, with the repository’s commands and every task file', async () => {
  const folder = repositoryOf({
    'specs/001-shop/tasks.md': TASKS,
    'specs/001-shop/spec.md': '# Shop',
    'specs/000-old/tasks.md': '- [x] T001 done\n',
    '.claude/commands/flow.review.md': 'Review it.',
    '.claude/commands/flow/memory.md': 'Remember it.',
    'ROADMAP.md': '| 1 | USER GATE |\n',
    'src/large.bin': 'x'.repeat(100_000),
  });
  const found = await look(path(folder));
  expect(found.seen).toMatchObject({
    ...{ folder: 'specs/001-shop', files: { spec: true, plan: false, tasks: true }, problem: null, rule: 'sections', baseBranch: 'main' },
    ...{ counts: { total: 4, done: 1, open: 3 }, gate: { source: 'ROADMAP.md' } },
  });
  expect(found.seen.batches.map(({ title, tasks }) => [title, tasks.length])).toEqual([
    ['Setup', 1],
    ['Core', 2],
  ]);
  expect(found.seen.warnings.some((text) => text.includes('folder'))).toBe(false);
  expect(found).toMatchObject({ duplicates: ['T003'], leftOut: [{ line: 14, reason: 'code fence' }], commands: ['review', 'memory'] });
  expect(found.taskFiles).toEqual([
    { path: 'specs/001-shop/tasks.md', dialect: 'spec-kit', open: 3, done: 1 },
    { path: 'specs/000-old/tasks.md', dialect: 'spec-kit', open: 0, done: 1 },
  ]);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(readdirSync(folder).sort()).toEqual(['.claude', '.git', 'ROADMAP.md', 'specs', 'src']);
});

it.each([
  [
    'OpenSpec',
    { 'openspec/changes/x/tasks.md': '## 1. A\n\n- [ ] 1.1 a\n', 'openspec/changes/archive/y/tasks.md': '- [x] 1.1 b\n' },
    'openspec',
  ],
  ['Kiro', { '.kiro/specs/x/tasks.md': '- [ ] 1. A\n  - [ ] 1.1 a\n', '.kiro/specs/x/requirements.md': '#' }, 'kiro'],
  ['plain', { 'tasks.md': '- [ ] buy milk\r\n- [ ] buy eggs\r\n' }, 'plain'],
])('reads %s', async (_, files, dialect) => {
  const found = await look(path(repositoryOf(files)));
  expect(found.seen).toMatchObject({ dialect, problem: null });
  expect(found.taskFiles).toHaveLength(1);
});

it('says that the folder differs from what is committed, and reads what is committed', async () => {
  const folder = repositoryOf({ 'specs/001-a/tasks.md': TASKS });
  lay(folder, { 'specs/001-a/tasks.md': TASKS.replaceAll('[ ]', '[x]') });
  const changed = await look(path(folder));
  expect(changed.seen.counts.open).toBe(3);
  expect(changed.seen.warnings[0]).toBe(
    'specs/001-a/tasks.md in the folder differs from the one committed on main. A run reads what is committed: commit it first if it is to count.',
  );
  lay(folder, { 'specs/001-a/tasks.md': TASKS.replaceAll('\n', '\r\n') });
  expect((await look(path(folder))).seen.warnings.join()).not.toMatch(/in the folder/);
  lay(folder, { 'specs/002-b/tasks.md': TASKS });
  expect((await look(path(folder))).seen.warnings[0]).toMatch(/^specs\/002-b\/tasks.md is in the folder, but not committed on main/);
});

it('reads the default branch, whatever is checked out; an address through the clone that runs use', async () => {
  const folder = repositoryOf({ 'tasks.md': '- [ ] on main\n' });
  git(folder, 'switch', '-q', '-c', 'side');
  lay(folder, { 'tasks.md': '- [ ] on side\n- [ ] more\n' });
  git(folder, 'commit', '-q', '-am', 'Side');
  expect((await look(path(folder, 'main'))).seen.counts.total).toBe(1);
  expect((await look({ kind: 'url', url: `file://${folder}`, defaultBranch: 'side' })).seen.counts.total).toBe(2);
});

it('an older phase is looked at when the branch or a person names it', async () => {
  const folder = repositoryOf({ 'specs/001-a/tasks.md': TASKS, 'specs/002-b/tasks.md': '- [ ] T001 b\n', 'specs/003-c/notes.md': '' });
  expect((await look(path(folder))).seen).toMatchObject({ folder: 'specs/003-c', problem: 'There is no task file specs/003-c/tasks.md.' });
  expect((await look(path(folder), 'specs/001-a')).seen.counts.open).toBe(3);
  git(folder, 'branch', '001-a');
  expect((await look(path(folder, '001-a'))).seen).toMatchObject({ folder: 'specs/001-a', baseBranch: '001-a' });
});

it('follows a link inside the repository, and none that leads out of it', async () => {
  const folder = repositoryOf({ 'docs/plan/tasks.md': TASKS, 'README.md': '' });
  mkdirSync(join(folder, 'specs'));
  symlinkSync('../docs/plan', join(folder, 'specs/001-a'));
  symlinkSync('/etc/passwd', join(folder, 'tasks.md'));
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Links');
  expect((await look(path(folder))).seen).toMatchObject({ taskFile: 'specs/001-a/tasks.md', counts: { open: 3 } });
  expect(await ask(path(folder), { kind: 'task_file', path: 'tasks.md' })).toMatchObject({ kind: 'failed', code: 'NOT_FOUND' });
});

it('names that no honest tree has lead nowhere', async () => {
  const folder = repositoryOf({ 'README.md': '' });
  const made = (args: string[], input: string) => execFileSync('git', args, { cwd: folder, input, encoding: 'utf8' }).trim();
  const blob = made(['hash-object', '-w', '--stdin'], '- [ ] T001 out\n');
  const file = made(['mktree'], `100644 blob ${blob}\ttasks.md\n`);
  const up = made(['mktree'], `040000 tree ${file}\t..\n`);
  const specs = made(['mktree'], `040000 tree ${up}\t001-a\n`);
  const top = made(['mktree'], `040000 tree ${specs}\tspecs\n`);
  git(folder, 'update-ref', 'refs/heads/main', git(folder, 'commit-tree', '-m', 'Hostile', top).trim());
  const found = await look(path(folder, 'main'));
  expect(found.seen.counts.total).toBe(0);
  expect(found.taskFiles).toEqual([]);
});

it('what a repository lacks is said, not thrown', async () => {
  expect((await look(path(repositoryOf({ 'README.md': '' })))).seen.problem).toMatch(/No task file was found/);
  expect((await look(path(repositoryOf({ 'tasks.md': '- [ ] a\n' })), 'specs/9')).seen.problem).toBe(
    'There is no folder specs/9 in the repository.',
  );
  expect(await look(path(repositoryOf({ 'tasks.md': '- [ ] a\n' }), 'gone'))).toMatchObject({
    kind: 'failed',
    message: /has no branch "gone"/ as never,
  });
  expect(await look(path('/nowhere/at/all'))).toMatchObject({ kind: 'failed', code: 'CONFLICT' });
});

it('asks nothing of a repository that the owner has not linked', async () => {
  const linked = () => {
    throw new GitFault('REPOSITORY_MISSING', 'This machine does not serve it.');
  };
  const links: Links = { announced: async () => [], linked, secrets: () => [] };
  const folder = repositoryOf({ 'tasks.md': TASKS });
  for (const draft of [
    { kind: 'phase', folder: null, batchSize: 5 },
    { kind: 'task_file', path: 'tasks.md' },
    { kind: 'mark_failed', runId: 'run_1', reason: 'x' },
  ] as const)
    expect(await ask(path(folder), draft, links)).toEqual({ kind: 'failed', code: 'CONFLICT', message: 'This machine does not serve it.' });
});

it('gives a task file as it is committed, and what stands beside it', async () => {
  const files = {
    ...{
      'openspec/changes/x/tasks.md': '- [ ] 1.1 a\r\n',
      'openspec/changes/x/proposal.md': '# Why',
      'openspec/changes/x/design.md': '# How',
    },
    'openspec/changes/x/specs/shop/spec.md': '## ADDED Requirements',
  };
  const folder = repositoryOf(files);
  lay(folder, { 'openspec/changes/x/tasks.md': 'changed' });
  expect(await ask(path(folder), { kind: 'task_file', path: './openspec/changes/x/tasks.md' })).toEqual({
    ...{ kind: 'task_file', path: 'openspec/changes/x/tasks.md', text: '- [ ] 1.1 a\r\n' },
    beside: [
      { name: 'proposal.md', text: '# Why' },
      { name: 'design.md', text: '# How' },
      { name: 'specs/shop/spec.md', text: '## ADDED Requirements' },
    ],
  });
  expect(await ask(path(folder), { kind: 'task_file', path: 'openspec/changes/x/' })).toMatchObject({
    path: 'openspec/changes/x/tasks.md',
  });
  for (const bad of ['../x', '..', '/etc/passwd', 'openspec', 'no.md', '.', ':(glob)**'])
    expect(await ask(path(folder), { kind: 'task_file', path: bad })).toMatchObject({ kind: 'failed', code: 'NOT_FOUND' });
});

it('a folder without a task file is its texts; the top folder its own tasks.md', async () => {
  const folder = repositoryOf({ 'specs/001-a/spec.md': '# A', 'tasks.md': '- [ ] a\n' });
  const beside = [{ name: 'spec.md', text: '# A' }];
  expect(await ask(path(folder), { kind: 'task_file', path: 'specs/001-a' })).toEqual({
    ...{ kind: 'task_file', path: 'specs/001-a/tasks.md', text: '', beside },
  });
  expect(await ask(path(folder), { kind: 'task_file', path: 'specs/001-a/spec.md' })).toMatchObject({ text: '# A', beside: [] });
  expect(await ask(path(folder), { kind: 'task_file', path: '.' })).toMatchObject({ path: 'tasks.md', text: '- [ ] a\n' });
});

it('files that do not say that they are over are left ones; one is marked, and nothing else of it is lost', async () => {
  const folder = repositoryOf({ 'README.md': '' });
  const file = (status: string) =>
    JSON.stringify({
      id: 'x',
      status,
      updatedAt: '2026-01-02T03:04:05Z',
      batches: { total: 2, items: [{ status: 'healed' }, { status: 'pending' }] },
      own: 1,
    });
  lay(folder, {
    '.specflow/workflows/orchestration-run_1.json': file('in_progress'),
    '.specflow/workflows/orchestration-run_2.json': file('failed'),
    '.specflow/workflows/orchestration-run_3.json': '{',
    '.specflow/workflows/notes.json': file('running'),
  });
  const left = { runId: 'run_1', status: 'in_progress', updatedAt: Date.parse('2026-01-02T03:04:05Z'), batches: { done: 1, total: 2 } };
  expect((await look(path(folder))).left).toEqual([left]);
  const mark = (runId: string) => ask(path(folder), { kind: 'mark_failed', runId, reason: 'Nobody goes on with it.' });
  expect(await mark('run_1')).toEqual({ kind: 'marked_failed', runId: 'run_1' });
  const written = JSON.parse(readFileSync(join(folder, '.specflow/workflows/orchestration-run_1.json'), 'utf8'));
  expect(written).toMatchObject({ status: 'failed', own: 1, errorMessage: 'Nobody goes on with it.', batches: { total: 2 } });
  expect((await look(path(folder))).left).toEqual([]);
  expect(await mark('run_9')).toMatchObject({ kind: 'failed', code: 'NOT_FOUND' });
  expect(readdirSync(join(folder, '.specflow/workflows')).sort()).toEqual([
    'notes.json',
    ...[1, 2, 3].map((n) => `orchestration-run_${n}.json`),
  ]);
});
