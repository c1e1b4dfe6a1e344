import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryKey } from '@specwright/protocol/repository-key.ts';
import { afterEach, expect, test } from 'vitest';
import { readDurations } from './durations.ts';
import { openKeyPair } from './identity/key-pair.ts';
import { writeRegistration } from './identity/runner-file.ts';
import { linkOf } from './links/link-of.ts';
import { addLink } from './links/links-file.ts';
import { readStatusFile } from './machine/status-file.ts';
import { startRegistered } from './start-registered.ts';
import { givenRepository } from './testing/given-place.ts';
import { type PlayedDeployment, playedDeployment } from './testing/played-deployment.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function givenMachine(environment: NodeJS.ProcessEnv = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'specwright-machine-'));
  const server = await playedDeployment({ runnerId: 'rnr_1', publicKey: openKeyPair(dataDir).publicKey });
  closing.push(server.close);
  writeRegistration(dataDir, { server: server.url, runnerId: 'rnr_1', name: 'box', organisation: { id: 'org_1', name: 'Team' } });
  const start = async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: dataDir,
      SPECWRIGHT_RECONNECT_FIRST_MS: '1',
      SPECWRIGHT_REPORT_MS: '20',
      SPECWRIGHT_FAREWELL_MS: '1',
      // A second run is refused by a machine that is busy with other things.
      SPECWRIGHT_MAX_LOAD: '0',
      ...environment,
    };
    const runner = await startRegistered({ dataDir, environment: env, log: () => {}, slots: 2 });
    closing.push(runner.close);
    return { runner, env };
  };
  return { dataDir, server, start };
}

function need(server: PlayedDeployment, runId: string, { rings } = { rings: true }): void {
  server.needs.push({
    organisationId: 'o',
    projectId: 'p',
    runId,
    startedBy: null,
    askedAt: 0,
    needs: { repository: 'x', repositoryKey: null, executor: null, labels: [], account: null },
    begin: null,
    broke: null,
  });
  if (rings) server.ring();
}

test('it proves itself by its key, and tells its agents, load and linked repositories, no paths', async () => {
  const { dataDir, server, start } = await givenMachine();
  const repository = givenRepository();
  repository.git('remote', 'add', 'origin', 'git@github.com:team/app.git');
  addLink(dataDir, await linkOf(join(repository.path, '.')));
  await start();
  const [life] = server.lives;
  expect(life).toMatchObject({ slots: 2, agents: expect.arrayContaining(['command']), load: { cpu: expect.any(Number) } });
  expect(life?.repositories).toEqual([
    { key: await repositoryKey({ kind: 'path', path: repository.path }), name: 'the project' },
    { key: await repositoryKey({ kind: 'url', url: 'https://github.com/team/app' }), name: 'app' },
  ]);
  expect(JSON.stringify(life)).not.toContain(repository.folder);
});

test('a token that is no longer taken is asked for anew, for calls and for sockets', async () => {
  const { server, start } = await givenMachine();
  const { runner } = await start();
  expect(server.tokens()).toBe(1);
  server.expireTokens();
  need(server, 'run_a');
  await expect.poll(() => server.runs).toContain('run_a');
  expect(server.tokens()).toBe(2);
  expect(runner.view().state).toBe('online');
});

test('a revoked machine ends by itself at once, and says so', async () => {
  const { server, start } = await givenMachine();
  const { runner } = await start();
  server.revoke();
  expect(await runner.ended).toBe('revoked');
  expect(runner.view()).toMatchObject({ state: 'revoked', runs: [] });
});

test('a machine that the server does not know does not start', async () => {
  const { server, start } = await givenMachine();
  server.revoke();
  await expect(start()).rejects.toThrow(/not known here/);
});

test('a drained machine takes nothing more, tells so, and ends when nothing is in hand', async () => {
  const { dataDir, server, start } = await givenMachine();
  const { runner } = await start();
  await expect.poll(() => readStatusFile(dataDir)?.state).toBe('online');
  runner.drain();
  expect(await runner.ended).toBe('drained');
  expect(server.runs).toEqual([]);
  expect(readStatusFile(dataDir)).toBeNull();
});

test('a machine that people pause or drain goes on, asks for nothing, and takes work again when that is lifted', async () => {
  const { server, start } = await givenMachine();
  const { runner } = await start();
  server.orders.draining = true;
  server.ring();
  await expect.poll(() => runner.view().state).toBe('draining');
  need(server, 'run_a');
  Object.assign(server.orders, { draining: false, paused: true });
  server.ring();
  await expect.poll(() => runner.view().state).toBe('paused');
  expect(server.runs).toEqual([]);
  server.orders.paused = false;
  server.ring();
  await expect.poll(() => server.runs).toEqual(['run_a']);
  expect(runner.view().state).toBe('online');
});

test('a link that is made while it runs is told; the id of a run that names another place is dropped', async () => {
  const { dataDir, server, start } = await givenMachine();
  await start();
  expect(server.lives[0]?.repositories).toEqual([]);
  addLink(dataDir, { path: null, url: 'https://example.org/team/app' });
  await expect.poll(() => server.reports.map((report) => report.repositories?.map(({ name }) => name))).toEqual([['app']]);
  need(server, '../../key');
  await expect.poll(() => server.acknowledged).toEqual([{ acks: ['lease of ../../key'], retries: [] }]);
  expect(server.runs).toEqual([]);
});

test('a machine without room takes nothing and says why', async () => {
  const { server, start } = await givenMachine({ SPECWRIGHT_MIN_FREE_DISK_MB: '999999999' });
  await start();
  await expect
    .poll(() => server.reports.at(-1)?.faults)
    .toEqual([{ kind: 'machine', message: expect.stringMatching(/MB of disk are free/), forMs: expect.any(Number) }]);
  need(server, 'run_a');
  await expect.poll(() => server.reports.length).toBe(1);
  expect(server.runs).toEqual([]);
});

test('what lets a person or a machine in is taken out of the environment that agents come from', async () => {
  const { start } = await givenMachine({
    SPECWRIGHT_API_KEY: 'swk_1',
    SPECWRIGHT_REGISTRATION_TOKEN: 'swt_1',
    SPECWRIGHT_RUNNER_TOKEN: 'swr_1',
  });
  const { env } = await start();
  expect(Object.keys(env).filter((name) => /KEY|TOKEN/.test(name))).toEqual([]);
});

test('what the bell brings is taken up without a pull; what there is no room for is given back', async () => {
  const { server, start } = await givenMachine();
  await start();
  await expect.poll(() => server.bells()).toBe(1);
  for (const runId of ['run_a', 'run_b', 'run_c']) need(server, runId, { rings: false });
  server.offer();
  await expect.poll(() => server.runs).toEqual(['run_a', 'run_b']);
  await expect.poll(() => server.acknowledged).toContainEqual({ acks: [], retries: ['lease of run_c'] });
});

test('a run that is opened again while its last session is cleared away is asked for anew, not dropped', async () => {
  const { server, start } = await givenMachine();
  await start();
  await expect.poll(() => server.bells()).toBe(1);
  const offered = () => {
    need(server, 'run_a', { rings: false });
    server.offer();
  };
  offered();
  await expect.poll(() => server.runs).toEqual(['run_a']);
  const hear = server.overAndDeaf('run_a');
  const dropped = { acks: ['lease of run_a'], retries: [] };
  await expect.poll(() => server.acknowledged).toEqual([dropped]);
  offered();
  // Another offer on the same bell is heard after that one.
  need(server, '../../key', { rings: false });
  server.offer();
  await expect.poll(() => server.acknowledged).toEqual([dropped, { acks: ['lease of ../../key'], retries: [] }]);
  hear();
  await expect.poll(() => server.acknowledged.at(-1)).toEqual({ acks: [], retries: ['lease of run_a'] });
});

test('a bell that died without a word is noticed by its silence, and work is asked for at once', async () => {
  const { server, start } = await givenMachine({ SPECWRIGHT_DOORBELL_PING_MS: '20', SPECWRIGHT_DOORBELL_PONG_WITHIN_MS: '200' });
  await start();
  await expect.poll(() => server.bells()).toBe(1);
  server.deafen();
  need(server, 'run_a', { rings: false });
  await expect.poll(() => server.runs).toEqual(['run_a']);
});

test('so work begins within 15 s of being asked, whatever became of the bell', () => {
  const { DOORBELL_PING_MS, DOORBELL_PONG_WITHIN_MS, DOORBELL_FRESH_MS, POLL_FAST_MS } = readDurations({});
  expect(DOORBELL_PING_MS + DOORBELL_PONG_WITHIN_MS).toBeLessThanOrEqual(13_000);
  // A poll without a bell comes up to a tenth late.
  expect(POLL_FAST_MS * 1.1).toBeLessThanOrEqual(13_000);
  expect(DOORBELL_FRESH_MS).toBeGreaterThan(DOORBELL_PING_MS + DOORBELL_PONG_WITHIN_MS);
});
