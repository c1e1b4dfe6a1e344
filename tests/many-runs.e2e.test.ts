import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { ROOT } from '../scripts/run-step.ts';
import { startRun, stateOf } from './support/deployment.ts';
import { expectWhole } from './support/expect-whole.ts';
import { type Fleet, importSpec, makeProject, QUICK_SERVER, startFleet } from './support/fleet.ts';
import { makeRepository, specOf, type TestRepository, temporaryFolder } from './support/repository.ts';

let fleet: Fleet;

/** Agents that cost next to nothing. */
const LIGHT = `tools:
  executors:
    - id: light
      type: command
      path: ${JSON.stringify(join(ROOT, 'bench', 'light-agent.sh'))}
      args: ["0.2"]
  reviewers:
    - id: light-reviewer
      type: command
      path: ${JSON.stringify(join(ROOT, 'bench', 'light-reviewer.sh'))}
defaults:
  executor: light
  reviewer: light-reviewer
`;

beforeAll(async () => {
  // A silent lease stands for a minute: what goes on sooner went on because a socket closed.
  fleet = await startFleet('many', { ...QUICK_SERVER, LEASE_MS: '60000' });
});
afterEach(() => fleet.clear());
afterAll(() => fleet?.stop());

test('three runs work in one repository at the same time, each in its own worktree, and none sees another', async () => {
  const folder = temporaryFolder('one repository');
  const go = join(folder, 'go');
  const names = ['red', 'green', 'blue'];
  const first = (name: string) => ({ touch: join(folder, `${name}-began`), write: { 'shared.txt': `${name}\n` }, waitFor: go });
  const script = Object.fromEntries(
    names.flatMap((name) => [
      [`${name}-1`, { do: [first(name)] }],
      [`${name}-2`, { do: [{ append: { 'shared.txt': `${name} again\n` } }] }],
    ]),
  );
  const repository = makeRepository(folder, script);
  const machine = await fleet.machine('painter', { slots: 3 });
  const project = await makeProject(fleet.client, repository.path);
  const runs: string[] = [];
  for (const name of names) {
    const spec = await importSpec(fleet.client, project.id, specOf(name, { [`${name}-1`]: [], [`${name}-2`]: [`${name}-1`] }));
    runs.push(await startRun(fleet.client, spec.id));
  }
  // All three are at work before one may end.
  await vi.waitUntil(() => names.every((name) => existsSync(join(folder, `${name}-began`))), { timeout: 15_000 });
  expect(new Set(machine.worktrees()).size).toBe(3);
  writeFileSync(go, '');
  for (const [index, runId] of runs.entries()) {
    const { branch } = await expectWhole(fleet.client, repository, runId);
    expect(repository.git('show', `${branch}:shared.txt`)).toBe(`${names[index]}\n${names[index]} again`);
  }
  expect(new Set(await Promise.all(runs.map(async (runId) => (await stateOf(fleet.client, runId)).branch))).size).toBe(3);
  expect(repository.git('status', '--porcelain')).toBe('');
  await vi.waitUntil(() => machine.worktrees().length === 0);
});

test('21 specs over three projects on two machines with kills in between: none is lost, none is done twice', async () => {
  const folder = temporaryFolder('three projects');
  const names = ['ash', 'birch', 'cedar'];
  const repositories = names.map((name) => {
    const place = join(folder, name);
    mkdirSync(place);
    return makeRepository(place, {}, { config: LIGHT });
  });
  const [left, right] = [await fleet.machine('left', { slots: 3 }), await fleet.machine('right', { slots: 3 })];
  const runs: { runId: string; repository: TestRepository }[] = [];
  for (const [at, name] of names.entries()) {
    const repository = repositories[at] as TestRepository;
    const project = await makeProject(fleet.client, repository.path, name);
    for (let spec = 0; spec < 7; spec++) {
      const { id } = await importSpec(fleet.client, project.id, specOf(`${name} ${spec}`, { [`${name}-${spec}`]: [] }));
      runs.push({ runId: await startRun(fleet.client, id), repository });
    }
  }
  const passed = async () => (await Promise.all(runs.map(({ runId }) => stateOf(fleet.client, runId)))).filter(isAtRest).length;
  const whenPassed = (least: number) => vi.waitUntil(async () => (await passed()) >= least, { timeout: 30_000, interval: 100 });
  await whenPassed(2);
  await left.kill();
  await whenPassed(6);
  const back = await left.again();
  await whenPassed(10);
  await right.kill();
  await whenPassed(14);
  await Promise.all([back.kill(), right.again()]);
  for (const { runId, repository } of runs) await expectWhole(fleet.client, repository, runId);
  for (const repository of repositories) {
    const chunks = repository
      .git('log', '--all', '--not', 'main', '--format=%(trailers:key=Specwright-Chunk,valueonly)')
      .split('\n')
      .filter(Boolean);
    expect([chunks.length, new Set(chunks).size]).toEqual([7, 7]);
  }
});
