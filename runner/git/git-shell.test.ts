import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openGitShells } from './git-shell.ts';

const LIMITS = { env: {}, maxBytes: 1_000_000, timeoutMs: 10_000 };
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
  await shells.run({ ...LIMITS, cwd: tmpdir(), args: ['--version'] });
  const [pid] = shellsOf('killed');
  process.kill(pid ?? 0, 'SIGKILL');
  // Until its end is known here a command may still be given to it, and fails; none may be left without an answer.
  await vi.waitFor(async () => {
    const answer = await shells.run({ ...LIMITS, cwd: tmpdir(), args: ['--version'] });
    expect(answer.stdout).toContain('git version');
  });
  expect(shellsOf('killed')).not.toContain(pid);
  shells.close();
});

test.runIf(process.platform === 'linux')('once it has answered, a shell stands in no folder of the work', async () => {
  const shells = given('place');
  const folder = mkdtempSync(join(tmpdir(), 'specwright-shell-'));
  for (let i = 0; i < 20; i++) {
    await shells.run({ ...LIMITS, cwd: folder, args: ['--version'] });
    for (const pid of shellsOf('place')) expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
  }
  shells.close();
});

test.runIf(process.platform === 'linux')('many commands at once are carried out by a few shells, which give way to others', async () => {
  const shells = given('many');
  const command = () => shells.run({ ...LIMITS, cwd: tmpdir(), args: ['--version'] });
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
    shells.run({ ...LIMITS, cwd: tmpdir(), args: ['-c', 'alias.wait=!sleep 2', 'wait'] }).then(() => over.abort()),
  );
  expect((await shells.run({ ...LIMITS, cwd: tmpdir(), args: ['--version'] })).stdout).toContain('git version');
  expect(over.signal.aborted).toBe(false);
  await Promise.all(slow);
  shells.close();
});
