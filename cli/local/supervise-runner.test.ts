import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyPair } from '@specwright/runner/identity/key-pair.ts';
import { playedDeployment } from '@specwright/runner/testing/played-deployment.ts';
import { afterEach, expect, test } from 'vitest';
import { apiClient } from '../client/api-client.ts';
import { openDataDirectory } from './data-directory.ts';
import { startRunner } from './supervise-runner.ts';

/** A runner of its own process begins in a second or two. */
const SLOW = { timeout: 20_000 };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function givenRunner() {
  const data = openDataDirectory(join(mkdtempSync(join(tmpdir(), 'specwright-supervised-')), 'data'));
  const server = await playedDeployment({ runnerId: 'rnr_1', publicKey: openKeyPair(data.runner).publicKey });
  closing.push(server.close);
  const said: string[] = [];
  const runner = await startRunner(data, apiClient(server.url, 'swo_owner'), (line) => said.push(line));
  closing.push(runner.stop);
  await expect.poll(() => server.lives.length, SLOW).toBe(1);
  const pid = () => Number(readFileSync(data.runnerPidFile, 'utf8'));
  const isThere = () => existsSync(data.runnerPidFile);
  return { server, runner, said, pid, isThere };
}

test('a runner that is revoked ends, says so in one sentence and stays away', async () => {
  const { server, runner, said, isThere } = await givenRunner();
  server.revoke();
  await expect.poll(() => said, SLOW).toEqual([expect.stringMatching(/^This machine was revoked: .* registers the machine anew\.$/)]);
  expect(isThere()).toBe(false);
  expect(server.lives).toHaveLength(1);
  await runner.stop();
});

test('one that dies is started again; one that was revoked meanwhile is refused, which is said once, and stays away', async () => {
  const { server, said, pid, isThere } = await givenRunner();
  process.kill(pid(), 'SIGKILL');
  await expect.poll(() => server.lives.length, SLOW).toBe(2);
  expect(said).toEqual([]);
  const tokens = server.tokens();
  process.kill(pid(), 'SIGKILL');
  server.revoke();
  await expect.poll(() => said, SLOW).toHaveLength(1);
  expect(isThere()).toBe(false);
  expect([server.lives.length, server.tokens()]).toEqual([2, tokens]);
});
