import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allowedEnvironment } from './allowed-environment.ts';
import { type Containment, findContainment } from './bubblewrap.ts';
import { findProcesses } from './process-table.ts';
import { runMarked } from './run-marked.ts';

describe('where it cannot be used', () => {
  test('a program that is not there is said', async () => {
    const found = await findContainment('/nowhere/bwrap');
    expect(found).toMatchObject({ kind: 'none', detail: expect.stringContaining('is not installed') });
    expect(found.wrap('ls', ['-l'], ['/'])).toEqual({ command: 'ls', args: ['-l'] });
  });

  test('a program that may make no namespaces is said with its own reason', async () => {
    const program = path.join(mkdtempSync(path.join(tmpdir(), 'specwright bwrap ')), 'bwrap');
    writeFileSync(program, '#!/bin/sh\necho "bwrap: setting up uid map: Permission denied" >&2\nexit 1\n');
    chmodSync(program, 0o755);
    const { kind, detail } = await findContainment(program);
    expect({ kind, detail }).toMatchObject({ kind: 'none', detail: expect.stringContaining('(setting up uid map: Permission denied)') });
  });
});

describe('the real bwrap', () => {
  let found: Containment;
  let root: string;
  let worktree: string;
  const mark = `test-bwrap-${process.pid}`;

  beforeAll(async () => {
    found = await findContainment();
    if (found.kind === 'none') console.warn(`Left out: ${found.detail}`);
    // Not below /tmp, where all may write.
    root = mkdtempSync('/var/tmp/specwright bwrap ä ');
    worktree = path.join(root, 'worktree');
    mkdirSync(worktree);
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const run = (script: string, signal = new AbortController().signal) =>
    runMarked({
      ...found.wrap('sh', ['-c', script], [worktree]),
      cwd: worktree,
      env: allowedEnvironment(process.env, mark, { HOME: worktree }),
      timeoutMs: 20_000,
      maxOutputChars: 5000,
      signal,
    });

  test('lets a shell write in the given folders and nowhere else', async ({ skip }) => {
    skip(found.kind === 'none', found.detail);
    writeFileSync(path.join(root, 'mine.txt'), 'mine');
    const result = await run('echo in > in.txt; echo out > ../out.txt; rm ../mine.txt; mkdir ../folder; echo end');
    expect(result.output).toContain('end');
    expect(result.output.match(/Read-only file system/g)).toHaveLength(3);
    expect(readFileSync(path.join(worktree, 'in.txt'), 'utf8')).toBe('in\n');
    expect(readFileSync(path.join(root, 'mine.txt'), 'utf8')).toBe('mine');
    expect(existsSync(path.join(root, 'out.txt'))).toBe(false);
  });

  test('cannot be undone from inside, by root neither', async ({ skip }) => {
    skip(found.kind === 'none', found.detail);
    const outside = path.join(root, 'escaped.txt');
    const ways = ['mount -o remount,rw,bind /', 'unshare -Urm mount -o remount,rw,bind /', `touch '/proc/${process.pid}/root${outside}'`];
    await run(`${ways.join('; ')}; touch '${outside}'`);
    expect(existsSync(outside)).toBe(false);
  });

  test('keeps a process visible: it is found by its mark and dies with it, also one that left the group', async ({ skip }) => {
    skip(found.kind === 'none', found.detail);
    const stop = new AbortController();
    const entry = { entry: `SPECWRIGHT_MARK=${mark}`, folder: null };
    const running = run('(setsid sleep 350 &); trap "" TERM; echo ready > ready.txt; sleep 351; sleep 352', stop.signal);
    while (!existsSync(path.join(worktree, 'ready.txt'))) await new Promise((resolve) => setImmediate(resolve));
    expect(findProcesses(entry).length).toBeGreaterThan(2);
    stop.abort();
    expect(await running).toMatchObject({ aborted: true });
    expect(findProcesses(entry)).toEqual([]);
  });

  test('a git worktree tells its status and difference, and the clone stays as it is', async ({ skip }) => {
    skip(found.kind === 'none', found.detail);
    const clone = path.join(root, 'clone');
    const tree = path.join(worktree, 'tree');
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=main', clone);
    writeFileSync(path.join(clone, 'a.txt'), 'a\n');
    git('-C', clone, 'add', '.');
    git('-C', clone, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '-m', 'Begin');
    git('-C', clone, 'worktree', 'add', '--quiet', '--detach', tree);
    const folder = git('-C', tree, 'rev-parse', '--absolute-git-dir').trim();
    const { command, args } = found.wrap(
      'sh',
      ['-c', 'echo b >> a.txt; git status --short; git diff; git add .; git commit -m x'],
      [tree, folder],
    );
    const env = allowedEnvironment(process.env, mark, { HOME: worktree });
    const result = await runMarked({
      command,
      args,
      cwd: tree,
      env,
      timeoutMs: 20_000,
      maxOutputChars: 5000,
      signal: new AbortController().signal,
    });
    expect(result.output).toContain(' M a.txt');
    expect(result.output).toContain('+b');
    expect(git('-C', tree, 'rev-parse', 'HEAD')).toBe(git('-C', clone, 'rev-parse', 'main'));
    // What the runner does afterwards is not contained.
    git('-C', tree, 'add', '--all');
    expect(git('-C', tree, 'write-tree')).not.toBe(git('-C', clone, 'rev-parse', 'main^{tree}'));
  });
});
