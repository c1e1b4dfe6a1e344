import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openGitShells } from './git-shell.ts';

const LIMITS = { env: {}, input: null, maxBytes: 1_000_000, timeoutMs: 10_000 };
const MARK = 'SPECWRIGHT_SHELL_TEST';

/** The living shells that were started with this value. */
function shellsOf(value: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${MARK}=${value}`);
      } catch {
        return false;
      }
    });
}

function given(value: string) {
  return openGitShells({ PATH: process.env.PATH ?? '', [MARK]: value });
}

test.runIf(process.platform === 'linux')('an idle shell that was killed is not asked again', async () => {
  const shells = given('killed');
  await shells.run({ ...LIMITS, cwd: tmpdir(), commands: [['--version']] });
  const [pid] = shellsOf('killed');
  process.kill(pid ?? 0, 'SIGKILL');
  // Until its end is known here a command may still be given to it, and fails; none may be left without an answer.
  await vi.waitFor(async () => {
    const answer = await shells.run({ ...LIMITS, cwd: tmpdir(), commands: [['--version']] });
    expect(answer.stdout).toContain('git version');
  });
  expect(shellsOf('killed')).not.toContain(pid);
  shells.close();
});

test.runIf(process.platform === 'linux')('once it has answered, a shell stands in no folder of the work', async () => {
  const shells = given('place');
  const folder = mkdtempSync(join(tmpdir(), 'specwright-shell-'));
  for (let i = 0; i < 20; i++) {
    await shells.run({ ...LIMITS, cwd: folder, commands: [['--version']] });
    for (const pid of shellsOf('place')) expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  }
  shells.close();
});

test.runIf(process.platform === 'linux')('many commands at once are carried out by a few shells, which give way to others', async () => {
  const shells = given('many');
  const command = () => shells.run({ ...LIMITS, cwd: tmpdir(), commands: [['--version']] });
  const answers = await Promise.all(Array.from({ length: 60 }, command));
  expect(answers.every(({ exitCode }) => exitCode === 0)).toBe(true);
  await vi.waitFor(() => expect(shellsOf('many').length).toBeLessThanOrEqual(Math.max(4, 2 * availableParallelism())));
  for (const pid of shellsOf('many')) expect(getPriority(pid)).toBeGreaterThan(getPriority());
  shells.close();
});

test('slow commands hold up no other one for long', async () => {
  const shells = given('slow');
  const over = new AbortController();
  const slow = Array.from({ length: Math.max(4, 2 * availableParallelism()) }, () =>
    shells.run({ ...LIMITS, cwd: tmpdir(), commands: [['-c', 'alias.wait=!sleep 2', 'wait']] }).then(() => over.abort()),
  );
  expect((await shells.run({ ...LIMITS, cwd: tmpdir(), commands: [['--version']] })).stdout).toContain('git version');
  expect(over.signal.aborted).toBe(false);
  await Promise.all(slow);
  shells.close();
});

test('commands are carried out in turn, to the first that fails; the first gets the input as it is', async () => {
  const shells = given('in turn');
  const cwd = mkdtempSync(join(tmpdir(), 'specwright shell '));
  const input = `it's "quoted" $HOME \\n %s\nsecond ü\n`;
  const hash = ['hash-object', '--stdin'];
  const [whole, alone] = [
    await shells.run({ ...LIMITS, cwd, input, commands: [hash, ['--version']] }),
    execFileSync('git', hash, { input, encoding: 'utf8' }),
  ];
  expect(whole).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(new RegExp(`^${alone}git version`)) });
  const failed = await shells.run({ ...LIMITS, cwd, commands: [['no-such-command'], ['--version']] });
  expect(failed).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('no-such-command') });
  shells.close();
});
