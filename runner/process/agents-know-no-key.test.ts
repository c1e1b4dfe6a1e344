import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { keyFile, openKeyPair } from '../identity/key-pair.ts';
import { allowedEnvironment, checkEnvironment } from './allowed-environment.ts';
import { findContainment } from './bubblewrap.ts';
import { hideFromAgents } from './hidden-files.ts';
import { runMarked } from './run-marked.ts';

afterEach(() => hideFromAgents([]));

const LIMITS = { timeoutMs: 20_000, maxOutputChars: 5000, signal: new AbortController().signal };

test('neither the environment of agents nor that of checks names a key, a token, or where they are kept', () => {
  const source = {
    PATH: '/usr/bin',
    SPECWRIGHT_RUNNER_TOKEN: 'secret',
    SPECWRIGHT_API_KEY: 'secret',
    SPECWRIGHT_REGISTRATION_TOKEN: 'secret',
    SPECWRIGHT_RUNNER_DIR: 'secret',
    SPECWRIGHT_HOME: 'secret',
    SPECWRIGHT_DATA_DIR: 'secret',
    GITHUB_TOKEN: 'secret',
    SSH_AUTH_SOCK: 'secret',
    GIT_ASKPASS: 'secret',
    GIT_SSH_COMMAND: 'secret',
    GIT_CONFIG_GLOBAL: 'secret',
    XDG_CONFIG_HOME: 'secret',
    AWS_SECRET_ACCESS_KEY: 'secret',
    DOCKER_HOST: 'secret',
    KUBECONFIG: 'secret',
    NPM_TOKEN: 'secret',
  };
  for (const make of [allowedEnvironment, checkEnvironment]) {
    const env = make(source, 'mark', { HOME: '/home/of/the/run' });
    expect(JSON.stringify(env)).not.toContain('secret');
  }
});

test('where bubblewrap contains an agent, it finds the key of the machine and the sign-in of its owner empty', async ({ skip }) => {
  const found = await findContainment();
  skip(found.kind === 'none', found.detail);
  const folder = mkdtempSync('/var/tmp/specwright key ');
  const dataDir = join(folder, 'runner');
  const worktree = join(dataDir, 'worktrees', 'run');
  mkdirSync(worktree, { recursive: true });
  openKeyPair(dataDir);
  const signIn = join(folder, 'sign-in.json');
  writeFileSync(signIn, '{"token":"of a person"}', { mode: 0o600 });
  const script =
    'cat ../../key.json ../../../sign-in.json; umount ../../key.json; cat ../../key.json; cp ../../key.json copy; wc -c copy; echo end';
  const look = () =>
    runMarked({
      ...found.wrap('sh', ['-c', script], [worktree]),
      cwd: worktree,
      env: allowedEnvironment(process.env, 'key', { HOME: worktree }),
      ...LIMITS,
    });
  expect((await look()).output).toContain('Ed25519');
  hideFromAgents([keyFile(dataDir), signIn, join(folder, 'absent')]);
  const { output } = await look();
  expect(output).not.toMatch(/Ed25519|of a person/);
  expect(output).toContain('end');
  rmSync(folder, { recursive: true });
});
