import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../cli/local/orphans.ts';
import { type Deployment, deploy, eventsOf, makeSpec, startRun, stateOf, until, untilRest } from './support/deployment.ts';
import { commandAgents, makeRepository, type Script, specOf, type TestRepository, temporaryFolder } from './support/repository.ts';

let deployment: Deployment;

beforeAll(async () => {
  const dataDir = join(temporaryFolder('hard'), 'data');
  deployment = await deploy(dataDir, { env: { SPECWRIGHT_AGENT_SILENT_MS: '1500' } });
});

afterAll(() => deployment?.stop());

interface Case {
  repository: TestRepository;
  specId: string;
  folder: string;
}

async function aCase(name: string, script: Script, chunks: Record<string, string[]>, more: { config?: string } = {}): Promise<Case> {
  const folder = temporaryFolder(name);
  const config = more.config === undefined ? undefined : commandAgents(join(folder, 'script.json'), more.config);
  const repository = makeRepository(folder, script, { config });
  const spec = await makeSpec(deployment.client, repository.path, specOf(name, chunks));
  return { repository, specId: spec.id, folder };
}

const statusOf = (state: RunState, key: string) => state.items.find((item) => item.key === key)?.status;

describe('what agents do wrong', () => {
  test('a failed check goes with its output into the next attempt, which goes on from the work', async () => {
    const script = {
      one: { do: [{ write: { 'one.txt': 'half' } }, { append: { 'one.txt': ' whole' } }] },
    };
    const { repository, specId } = await aCase(
      'repair',
      script,
      { one: [] },
      { config: 'checks:\n  - name: whole\n    command: grep whole one.txt\n' },
    );
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(state.items[0]?.attempts.map((attempt) => attempt.result)).toEqual(['checks_failed', 'passed']);
    expect(repository.git('show', `${state.branch}:one.txt`)).toBe('half whole');
  });

  test('needs_fix makes a fix chunk that goes on from the work; both pass in one commit', async () => {
    const script = {
      one: { do: [{ write: { 'one.txt': 'draft' } }, { append: { 'one.txt': ', polished' } }], review: [{ verdict: 'needs_fix' }, {}] },
    };
    const { repository, specId } = await aCase('fix', script, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(state.totals).toMatchObject({ passed: 1, fixes: 1, commits: 1 });
    expect(repository.git('show', `${state.branch}:one.txt`)).toBe('draft, polished');
    expect(repository.subjects(state.branch)).toHaveLength(1);
  });

  test('a verdict of fail stops the run with the reason, keeps the diff, and leaves the branch at the last good commit', async () => {
    const script = {
      two: { do: [{ write: { 'two.txt': 'wrong' } }], review: [{ verdict: 'fail', summary: 'This breaks the contract.' }] },
    };
    const { repository, specId } = await aCase('fail', script, { one: [], two: ['one'], three: ['two'] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('failed');
    expect(state.fault).toBe('chunk');
    expect(state.reason?.message).toContain('This breaks the contract.');
    expect([statusOf(state, 'one'), statusOf(state, 'two'), statusOf(state, 'three')]).toEqual(['completed', 'failed', 'pending']);
    expect(repository.subjects(state.branch)).toHaveLength(1);
    const piece = state.items.find((item) => item.key === 'two')?.attempts[0]?.diffPiece;
    expect(await deployment.client.text(`/api/runs/${state.id}/pieces/${piece}`)).toContain('+wrong');
  });

  test('an agent that changes nothing does not pass, and the limit of iterations ends the run', async () => {
    const { specId } = await aCase('nothing', { one: { do: [{ say: 'All done!' }] } }, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId, { maxIterations: 2 }));
    expect(state.status).toBe('failed');
    expect(state.fault).toBe('limit');
    expect(state.items[0]?.attempts.map((attempt) => attempt.result)).toEqual(['unchanged', 'unchanged']);
  });

  test('an agent that exits with garbage spends an attempt and is tried again', async () => {
    const script = { one: { do: [{ raw: '\u0000\u001b[31m{"half":', exit: 7 }, { write: { 'one.txt': 'fine' } }] } };
    const { specId } = await aCase('garbage', script, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(state.items[0]?.attempts.map((attempt) => attempt.result)).toEqual(['agent_failed', 'passed']);
  });

  test('an agent that floods is ended and tried again', async () => {
    const script = { one: { do: [{ flood: 100 * 1024 * 1024 }, { write: { 'one.txt': 'fine' } }] } };
    const { specId } = await aCase('flood', script, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(state.items[0]?.attempts[0]?.code).toBe('AGENT_FLOODED');
  });

  test('an agent that hangs is ended after the configured silence, with the children it left', async () => {
    const folder = temporaryFolder('child');
    const childPid = join(folder, 'child');
    const script = { one: { do: [{ hang: true, child: true, childPid }, { write: { 'one.txt': 'fine' } }] } };
    const { specId } = await aCase('hang', script, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(state.items[0]?.attempts[0]?.code).toBe('AGENT_SILENT');
    expect(isAlive(Number(readFileSync(childPid, 'utf8')))).toBe(false);
  });

  test('a review that is no JSON is asked again twice, then the attempt fails with the reason', async () => {
    const { specId } = await aCase('review', { one: { review: [{ raw: 'Looks good to me!\n' }] } }, { one: [] });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId, { maxIterations: 1 }));
    expect(state.status).toBe('failed');
    expect(state.items[0]?.attempts[0]?.code).toBe('REVIEW_INVALID');
  });
});

describe('what people do', () => {
  test('two Run All at once make one run that both see', async () => {
    const { specId } = await aCase('both', { '*': { do: [{ waitMs: 300, write: { 'one.txt': '1' } }] } }, { one: [] });
    const [a, b] = await Promise.all([startRun(deployment.client, specId), startRun(deployment.client, specId)]);
    expect(a).toBe(b);
    expect((await untilRest(deployment.client, a)).status).toBe('completed');
  });

  test('Stop in the middle ends the agent and its children; resume goes on in the same run', async () => {
    const folder = temporaryFolder('stop-child');
    const [childPid, touch] = [join(folder, 'child'), join(folder, 'began')];
    const script = { two: { do: [{ touch, child: true, childPid, write: { 'two.txt': 'dirt' }, hang: true }] } };
    const { repository, specId } = await aCase('stop', script, { one: [], two: ['one'] });
    const runId = await startRun(deployment.client, specId);
    await vi.waitUntil(() => existsSync(childPid) && readFileSync(childPid, 'utf8') !== '', { timeout: 10_000 });
    const agent = Number(readFileSync(touch, 'utf8'));
    await deployment.client.post(`/api/runs/${runId}/stop`);
    const stopped = await untilRest(deployment.client, runId);
    expect(stopped.status).toBe('cancelled');
    expect([isAlive(agent), isAlive(Number(readFileSync(childPid, 'utf8')))]).toEqual([false, false]);
    repository.writeScript({ two: { do: [{ write: { 'two.txt': 'clean' } }] } });
    await deployment.client.post(`/api/runs/${runId}/resume`);
    const state = await untilRest(deployment.client, runId);
    expect(state.status).toBe('completed');
    expect(repository.subjects(state.branch)).toHaveLength(2);
    expect(repository.git('show', `${state.branch}:two.txt`)).toBe('clean');
  });

  test('Pause ends the step in hand and starts nothing; resume goes on', async () => {
    const { specId } = await aCase(
      'pause',
      { '*': { do: [{ waitMs: 200, write: { 'a.txt': '1' } }, {}], review: [{ waitMs: 100 }] } },
      { one: [] },
    );
    const runId = await startRun(deployment.client, specId);
    await until(deployment.client, runId, (_state, event) => event?.kind === 'step_started' && event.step === 'execute');
    await deployment.client.post(`/api/runs/${runId}/pause`);
    const paused = await until(deployment.client, runId, (state) => state.status === 'paused');
    const steps = (await eventsOf(deployment.client, runId)).filter((event) => event.kind === 'step_started').length;
    expect(paused.job?.held).toBe(true);
    await deployment.client.post(`/api/runs/${runId}/resume`);
    const state = await untilRest(deployment.client, runId);
    expect(state.status).toBe('completed');
    expect(steps).toBeLessThan((await eventsOf(deployment.client, runId)).filter((event) => event.kind === 'step_started').length);
  });

  test('a failed chunk is retried after its spec was edited', async () => {
    const { repository, specId } = await aCase('retry', { one: { review: [{ verdict: 'fail' }] } }, { one: [], two: ['one'] });
    const runId = await startRun(deployment.client, specId);
    const failed = await untilRest(deployment.client, runId);
    repository.writeScript({});
    await deployment.client.post(`/api/runs/${runId}/chunks/${failed.items[0]?.id}/retry`);
    const state = await untilRest(deployment.client, runId);
    expect(state.status).toBe('completed');
    expect(repository.subjects(state.branch)).toHaveLength(2);
  });

  test('a failed chunk is skipped and those after it run', async () => {
    const { specId } = await aCase('skip', { one: { review: [{ verdict: 'fail' }] } }, { one: [], two: ['one'] });
    const runId = await startRun(deployment.client, specId);
    const failed = await untilRest(deployment.client, runId);
    await deployment.client.post(`/api/runs/${runId}/chunks/${failed.items[0]?.id}/skip`);
    const state = await untilRest(deployment.client, runId);
    expect(state.status).toBe('completed');
    expect([statusOf(state, 'one'), statusOf(state, 'two')]).toEqual(['skipped', 'completed']);
  });

  test('all chunks done: nothing starts', async () => {
    const { specId } = await aCase('done', {}, { one: [] });
    await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(await deployment.client.post(`/api/specs/${specId}/runs`)).toMatchObject({ runId: null, allComplete: true });
  });
});

describe('what repositories are like', () => {
  test('a dirty checkout stays as it is', async () => {
    const { repository, specId } = await aCase('dirty', {}, { one: [] });
    writeFileSync(join(repository.path, 'README.md'), 'not committed\n');
    writeFileSync(join(repository.path, 'new.txt'), 'not tracked\n');
    const before = repository.git('status', '--porcelain');
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    expect(repository.git('status', '--porcelain')).toBe(before);
    expect(repository.git('rev-parse', '--abbrev-ref', 'HEAD')).toBe('main');
  });

  test('a wrong configuration stops the run before any work, with file and line', async () => {
    const { specId } = await aCase('config', {}, { one: [] }, { config: 'checks: 7\n' });
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('failed');
    expect(state.fault).toBe('machine');
    expect(state.reason?.message).toMatch(/\.handoff\/config\.yaml:\d+/);
    expect(state.items[0]?.attempts).toEqual([]);
  });

  test('a failing hook is told with its output and gives the agent another attempt', async () => {
    const { repository, specId } = await aCase(
      'hook',
      { one: { do: [{ write: { 'one.txt': 'bad' } }, { write: { 'one.txt': 'good' } }] } },
      { one: [] },
    );
    const hook = join(repository.path, '.git', 'hooks', 'pre-commit');
    mkdirSync(join(repository.path, '.git', 'hooks'), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\nif grep -q bad one.txt; then echo "one.txt is bad" >&2; exit 1; fi\n');
    chmodSync(hook, 0o755);
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.status).toBe('completed');
    const [first] = state.items[0]?.attempts ?? [];
    expect(first?.result).toBe('checks_failed');
    expect(JSON.stringify(first?.checks)).toContain('one.txt is bad');
  });

  test('a repository with no commits is refused with what to do', async () => {
    const folder = temporaryFolder('empty');
    const path = join(folder, 'empty');
    mkdirSync(path);
    const repository = makeRepository(folder, {});
    repository.git('init', '--quiet', path);
    const spec = await makeSpec(deployment.client, path, specOf('empty', { one: [] }));
    const state = await untilRest(deployment.client, await startRun(deployment.client, spec.id));
    expect(state.status).toBe('failed');
    expect(state.reason?.message).toMatch(/no commit/i);
  });

  test('a branch of that name that is not ours is not overwritten', async () => {
    const go = join(temporaryFolder('branch'), 'go');
    const { repository, specId } = await aCase('branch', { one: { do: [{ waitFor: go, write: { 'one.txt': '1' } }] } }, { one: [] });
    const runId = await startRun(deployment.client, specId);
    const { branch } = await stateOf(deployment.client, runId);
    // Made beside main: a run that looks meanwhile must not take it for what it begins from.
    const mine = repository.git('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'Mine');
    repository.git('branch', branch, mine);
    writeFileSync(go, '');
    const state = await until(deployment.client, runId, (now) => now.endedAt !== null || now.status === 'waiting');
    expect(repository.git('rev-parse', branch)).toBe(mine);
    expect(JSON.stringify(await eventsOf(deployment.client, state.id))).toContain(branch);
  });

  test('a spec of 300 chunks runs to its end', async () => {
    const chunks = Object.fromEntries(Array.from({ length: 300 }, (_value, index) => [`c${index}`, index === 0 ? [] : [`c${index - 1}`]]));
    const { repository, specId } = await aCase('many', {}, chunks);
    const state = await untilRest(deployment.client, await startRun(deployment.client, specId));
    expect(state.totals.passed).toBe(300);
    expect(repository.subjects(state.branch)).toHaveLength(300);
  }, 300_000);
});
