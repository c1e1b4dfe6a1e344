import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '@specwright/protocol/api.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../scripts/run-step.ts';
import { type Deployment, deploy, eventsOf, until, untilRest } from './support/deployment.ts';
import { makeRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

const FOLDER = 'specs/001-x';
/** The stages that are killed in; the first batch is left alone. */
const KILLED = ['design', 'analyze', 'batch-2', 'verify', 'merge'];

let deployment: Deployment;
const dataDir = join(temporaryFolder('phase-crash'), 'data');

beforeAll(async () => {
  deployment = await deploy(dataDir);
});
afterAll(() => deployment?.stop());

/** A repository with nothing of a phase yet, whose base branch follows a remote that takes its time with a push. */
async function begin(name: string): Promise<{ repository: TestRepository; runId: string }> {
  const folder = temporaryFolder(name);
  const agent = [join(ROOT, 'tests', 'support', 'phase-agent.mjs'), FOLDER, '800'];
  const tool = `{ id: phase, type: command, path: ${JSON.stringify(process.execPath)}, args: ${JSON.stringify(agent)} }`;
  const config = `tools:\n  executors: [${tool}]\ndefaults: { executor: phase }\nchecks: []\n`;
  const repository = makeRepository(folder, {}, { config });
  const remote = join(folder, 'remote.git');
  repository.git('init', '--quiet', '--bare', '--initial-branch=main', remote);
  repository.git('remote', 'add', 'origin', remote);
  repository.git('push', '--quiet', '--set-upstream', 'origin', 'main');
  mkdirSync(join(remote, 'hooks'), { recursive: true });
  writeFileSync(join(remote, 'hooks', 'pre-receive'), '#!/bin/sh\nsleep 0.8\n');
  chmodSync(join(remote, 'hooks', 'pre-receive'), 0o755);
  const body = { name, repository: { kind: 'path', path: repository.path, defaultBranch: null } };
  const { id: projectId } = await deployment.client.post<Project>('/api/projects', body);
  const start = { projectId, config: { autoMerge: true, folder: null } };
  const { runId } = await deployment.client.post<StartedOrchestration>('/api/workflow/orchestrate', start);
  return { repository, runId };
}

/** Its work has begun: the agent waits, or the remote does. */
const isIn = (runId: string, stage: string) =>
  until(deployment.client, runId, (_, event) => {
    const step = stage === 'merge' ? 'merge' : 'execute';
    return event?.kind === 'step_started' && event.step === step && event.chunkId === stage;
  });

/** Whatever was killed: every stage is done, each once, on the branch, on the base branch and in the remote. */
async function expectWhole(repository: TestRepository, runId: string): Promise<RunState> {
  const state = await untilRest(deployment.client, runId);
  expect(state.reason?.message ?? '').toBe('');
  expect(state.status).toBe('completed');
  const items = ['design', 'analyze', 'batch-1', 'batch-2', 'verify', 'merge'];
  expect(state.items.map(({ id, status, heals }) => [id, status, heals])).toEqual(items.map((id) => [id, 'completed', 0]));
  expect(state.items.find(({ id }) => id === 'batch-1')?.attempts).toHaveLength(1);
  expect(repository.git('log', '--reverse', '--format=%s', 'main').split('\n')).toEqual(['Begin', 'Design', 'One', 'Two']);
  expect(repository.git('show', `main:${FOLDER}/tasks.md`).match(/\[x\]/g)).toHaveLength(4);
  expect(repository.git('rev-parse', 'origin/main')).toBe(repository.git('rev-parse', 'main'));
  expect(repository.git('status', '--porcelain')).toBe('');
  const events = await eventsOf(deployment.client, runId);
  expect(events.map((event) => event.seq)).toEqual(events.map((_event, index) => index + 1));
  expect(events.flatMap((event) => (event.kind === 'chunk_completed' ? [event.chunkId] : []))).toEqual(items);
  return state;
}

test('kill -9 of the runner in every stage: the next goes on right there', async () => {
  const { repository, runId } = await begin('runner');
  for (const stage of KILLED) {
    await isIn(runId, stage);
    deployment.killRunner();
  }
  await expectWhole(repository, runId);
});

test('kill -9 of the server and its runner in every stage: the next start goes on right there', async () => {
  const { repository, runId } = await begin('server');
  for (const stage of KILLED) {
    await isIn(runId, stage);
    await deployment.killServer();
    deployment = await deploy(dataDir, { port: deployment.port });
  }
  await expectWhole(repository, runId);
});
