import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startRun, stateOf } from './support/deployment.ts';
import { expectWhole } from './support/expect-whole.ts';
import { type Fleet, importSpec, makeProject, startFleet } from './support/fleet.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

let fleet: Fleet;

beforeAll(async () => {
  fleet = await startFleet('many');
});
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
  await vi.waitUntil(() => machine.worktrees().length === 0, { timeout: 5_000 });
  await machine.stop();
});
