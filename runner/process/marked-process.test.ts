import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowedEnvironment } from './allowed-environment.ts';
import { killMarked, spareMark, spawnMarked } from './marked-process.ts';
import { findProcesses } from './process-table.ts';
import { runMarked } from './run-marked.ts';

const mark = () => `test-${process.pid}-${Math.random().toString(36).slice(2)}`;
const envOf = (its: string) => allowedEnvironment(process.env, its, { HOME: tmpdir() });
const limits = { timeoutMs: 20_000, maxOutputChars: 1000, signal: new AbortController().signal };
const sh = (script: string) => ({ command: '/bin/sh', args: ['-c', script] });

/** Starts a script and waits until it has said `ready` as often as asked. */
async function startReady(script: string, its: string, times: number, cwd = tmpdir()) {
  let said = '';
  let tell = () => {};
  const ready = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const child = spawnMarked({
    ...sh(script),
    cwd,
    env: envOf(its),
    onStdout: (chunk) => {
      said += chunk;
      if (said.split('ready').length - 1 >= times) tell();
    },
  });
  await ready;
  return child;
}

test('a process gets its input and tells its exit code', async () => {
  const result = await runMarked({ ...sh('cat; echo bad >&2; exit 3'), cwd: tmpdir(), env: envOf(mark()), input: 'héllo\n', ...limits });
  expect(result).toMatchObject({ exitCode: 3, output: 'héllo\nbad\n', timedOut: false, cut: false, aborted: false });
});

test('children that ignore SIGTERM or left the group die with the mark', async () => {
  const its = mark();
  const script = `trap '' TERM; (trap '' TERM; echo ready; while :; do sleep 0.05; done) & setsid sh -c "trap '' TERM; echo ready; sleep 60; sleep 60" & echo ready; while :; do sleep 0.05; done`;
  const child = await startReady(script, its, 3);
  expect(await killMarked(its)).toBeGreaterThanOrEqual(3);
  expect(findProcesses({ entry: `SPECWRIGHT_MARK=${its}`, folder: null })).toEqual([]);
  expect((await child.exited).signal).toBe('SIGKILL');
});

test('a child that threw its environment away is found by its folder', async () => {
  const its = mark();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'specwright-mark-')));
  await startReady(`exec env -i setsid sh -c 'echo ready; sleep 60'`, its, 1, folder);
  expect(await killMarked(its, 100, folder)).toBeGreaterThanOrEqual(1);
  expect(findProcesses({ entry: null, folder })).toEqual([]);
});

test('this program’s own git, that works in the folder too, comes to its own end', async () => {
  const [its, own] = [mark(), mark()];
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'specwright-mark-')));
  spareMark(own);
  const git = await startReady('echo ready; sleep 60', own, 1, folder);
  await startReady('echo ready; sleep 60', mark(), 1, folder);
  expect(await killMarked(its, 100, folder)).toBeGreaterThanOrEqual(1);
  expect(findProcesses({ entry: null, folder })).toContain(git.pid);
  await killMarked(own, 100);
  expect(findProcesses({ entry: null, folder })).toEqual([]);
});

test('killing one process leaves the others of its mark alone', async () => {
  const its = mark();
  const one = await startReady('echo ready; sleep 60', its, 1);
  const other = await startReady('echo ready; sleep 60', its, 1);
  await one.kill();
  expect((await one.exited).signal).toBe('SIGTERM');
  expect(findProcesses({ entry: `SPECWRIGHT_MARK=${its}`, folder: null })).toContain(other.pid);
  await killMarked(its);
});

test('100 MB of output are cut to the kept length', async () => {
  const result = await runMarked({
    ...sh('head -c 104857600 /dev/zero | tr "\\0" x; echo end'),
    cwd: tmpdir(),
    env: envOf(mark()),
    ...limits,
  });
  expect(result.cut).toBe(true);
  expect(result.output.length).toBeLessThan(1100);
  expect(result.output.endsWith('end\n')).toBe(true);
});

test('a time limit ends the process and what it started', async () => {
  const its = mark();
  const result = await runMarked({ ...sh('sleep 60 & sleep 60'), cwd: tmpdir(), env: envOf(its), ...limits, timeoutMs: 100 });
  expect(result).toMatchObject({ timedOut: true, exitCode: null });
  expect(findProcesses({ entry: `SPECWRIGHT_MARK=${its}`, folder: null })).toEqual([]);
});

test('a child that holds the pipe does not hold the answer, and is swept away', async () => {
  const its = mark();
  const result = await runMarked({ ...sh('sleep 60 & echo done'), cwd: tmpdir(), env: envOf(its), ...limits });
  expect(result).toMatchObject({ exitCode: 0, output: 'done\n' });
  // A killed process stands in the table until it has let go of its memory.
  await expect.poll(() => findProcesses({ entry: `SPECWRIGHT_MARK=${its}`, folder: null })).toEqual([]);
});

test('a program that is absent is told as such', async () => {
  const result = await runMarked({ command: 'no-such-program-here', args: [], cwd: tmpdir(), env: envOf(mark()), ...limits });
  expect(result).toMatchObject({ exitCode: null, spawnError: 'ENOENT' });
});

test('secrets, git settings and agent sockets stay outside; pushes go nowhere', async () => {
  const source = { PATH: process.env.PATH, SPECWRIGHT_RUNNER_TOKEN: 's', AWS_SECRET: 's', SSH_AUTH_SOCK: 's', GIT_DIR: 's', LC_TIME: 'C' };
  const env = allowedEnvironment(source, 'm', { HOME: '/h' });
  expect(Object.values(env)).not.toContain('s');
  expect(env).toMatchObject({ HOME: '/h', LC_TIME: 'C', SPECWRIGHT_MARK: 'm' });
  const folder = mkdtempSync(join(tmpdir(), 'specwright-push-'));
  const script = `git init -q a && git init -q --bare b && cd a && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git remote add origin ../b && git remote add other ../b; git push origin HEAD:x; git push other HEAD:y; git push ${folder}/b HEAD:z; git -C ../b for-each-ref | wc -l`;
  const result = await runMarked({ ...sh(script), cwd: folder, env: { ...env, PATH: process.env.PATH ?? '' }, ...limits });
  expect(result.output.trim().endsWith('0')).toBe(true);
});
