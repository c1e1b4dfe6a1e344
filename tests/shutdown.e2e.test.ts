import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { deploy, startRun, stateOf, untilRest } from './support/deployment.ts';
import { importSpec, makeProject } from './support/fleet.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

test('a server that is told to end ends its runner and every agent first, and the next start goes on with the run', async () => {
  const folder = temporaryFolder('shutdown');
  const [agent, child] = [join(folder, 'agent'), join(folder, 'child')];
  const repository = makeRepository(folder, { a: { do: [{ touch: agent, child: true, childPid: child, hang: true }] } });
  const first = await deploy(join(folder, 'data'));
  const project = await makeProject(first.client, repository.path);
  const runId = await startRun(first.client, (await importSpec(first.client, project.id, specOf('s', { a: [] }))).id);
  await vi.waitUntil(() => existsSync(agent) && existsSync(child), PATIENCE);
  const runner = first.runnerPid();
  await first.stop();
  expect(first.process.exitCode).toBe(0);
  // What was killed stays in the table until its new parent has looked.
  await vi.waitFor(() => expect([runner, pidIn(agent), pidIn(child)].filter(isAlive)).toEqual([]));

  repository.writeScript({ a: { do: [{ write: { 'a.txt': 'a\n' } }] } });
  const second = await deploy(join(folder, 'data'), { port: first.port });
  try {
    await untilRest(second.client, runId);
    const state = await stateOf(second.client, runId);
    expect(state.status).toBe('completed');
    expect(repository.subjects(state.branch)).toHaveLength(1);
  } finally {
    await second.stop();
  }
});

const pidIn = (file: string): number => Number(readFileSync(file, 'utf8'));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
