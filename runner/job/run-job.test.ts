import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { git } from '../git/git.ts';
import { findProcesses } from '../process/process-table.ts';
import { makeJobControl } from '../session/job-control.ts';
import { BRANCH, configurationOf, endOf, type GivenAgents, givenHook, givenPlace, givenRepository } from '../testing/given-place.ts';
import type { FactDraft } from './job-context.ts';

async function givenWork(agents: GivenAgents, prepare: (repository: ReturnType<typeof givenRepository>) => void = () => {}) {
  const repository = givenRepository();
  repository.write('.handoff/config.yaml', configurationOf(agents));
  repository.commit('Configure');
  prepare(repository);
  return { repository, given: await givenPlace(repository) };
}

const verdict = (its: string) => `echo '{"verdict":"${its}","summary":"Seen.","checks":[],"requestedChanges":["Do more."]}'`;

test('an attempt that passes is one commit, in the person’s repository before it ends', async () => {
  const { repository, given } = await givenWork({ check: 'test -f work.txt' });
  let published = '';
  const look = (fact: FactDraft) => {
    if (fact.kind === 'job_ended') published = repository.git('rev-parse', BRANCH);
  };
  const facts = await given.attempt({}, { onFact: look });
  const end = endOf(facts);
  expect(end).toMatchObject({ result: 'passed', diffStat: { files: 1, added: 1, removed: 0 }, commit: published });
  const steps = facts.flatMap((fact) => (fact.kind === 'step_ended' && fact.ok ? [fact.step] : []));
  expect(steps).toEqual(['prepare', 'execute', 'verify', 'review', 'promote']);
  expect(repository.git('log', '--format=%s', `main..${BRANCH}`)).toBe('Print a report');
  expect(repository.git('fsck', '--connectivity-only')).toBe('');
  await given.close();
});

test('attempts follow one another without a reset, each published', async () => {
  const { repository, given } = await givenWork({ executor: 'mkdir -p deep/er; date +%N >> deep/er/work.txt' });
  for (const chunkId of ['one', 'two', 'three']) expect(endOf(await given.attempt({ chunkId })).result).toBe('passed');
  expect(repository.git('rev-list', '--count', `main..${BRANCH}`)).toBe('3');
  expect(repository.git('show', `${BRANCH}:deep/er/work.txt`).split('\n')).toHaveLength(3);
  await given.close();
});

test.each([
  ['unchanged', { executor: 'true' }, { code: null }],
  ['agent_failed', { executor: 'echo x > work.txt; echo broken >&2; exit 3' }, { code: 'AGENT_CRASHED' }],
  ['checks_failed', { check: 'echo too bad; exit 1' }, { message: expect.stringContaining('exit code 1') }],
  ['needs_fix', { reviewer: verdict('needs_fix') }, { message: 'Seen.' }],
  ['rejected', { reviewer: verdict('fail') }, { message: 'Seen.' }],
  ['agent_failed', { reviewer: 'echo nothing of use' }, { code: 'REVIEW_INVALID' }],
  ['runner_fault', { setup: 'echo no net >&2; exit 7' }, { code: 'SETUP_FAILED', retryAfterMs: null }],
] as const)('%s: %j', async (result, agents, more) => {
  const { repository, given } = await givenWork(agents);
  const end = endOf(await given.attempt());
  expect(end).toMatchObject({ result, commit: null, ...more });
  expect(repository.git('branch', '--list', BRANCH)).toBe('');
  await given.close();
});

test('a failed attempt keeps its files, and the next one goes on from them', async () => {
  const { given } = await givenWork({ executor: 'echo x >> work.txt', check: 'test $(wc -l < work.txt) -ge 2' });
  const first = endOf(await given.attempt());
  expect(first).toMatchObject({ result: 'checks_failed', diffStat: { files: 1, added: 1, removed: 0 } });
  const second = endOf(await given.attempt({ attempt: 2, continueFrom: first.snapshot }));
  expect(second).toMatchObject({ result: 'passed', diffStat: { files: 1, added: 2, removed: 0 } });
  await given.close();
});

test('an attempt that does not go on from another finds the branch’s files, without what an agent left', async () => {
  const { given } = await givenWork({ executor: 'test -e work.txt && exit 9; echo x > work.txt; exit 1' });
  expect(endOf(await given.attempt())).toMatchObject({ result: 'agent_failed', message: expect.stringContaining('exit code 1') });
  expect(endOf(await given.attempt({ attempt: 2 }))).toMatchObject({ message: expect.stringContaining('exit code 1') });
  await given.close();
});

test('what a check writes is neither reviewed nor committed', async () => {
  const { repository, given } = await givenWork({
    check: 'echo x > stray.txt; echo y > work.txt',
    reviewer: `test -e stray.txt && exit 1; ${verdict('pass')}`,
  });
  expect(endOf(await given.attempt()).result).toBe('passed');
  expect(repository.git('show', `${BRANCH}:work.txt`)).toBe('done');
  await given.close();
});

test('a pre-commit hook is a check that must pass', async () => {
  const { given } = await givenWork({}, (repository) => givenHook(repository, 'pre-commit', 'echo bad style; exit 1'));
  const facts = await given.attempt();
  expect(endOf(facts).result).toBe('checks_failed');
  expect(facts.find((fact) => fact.kind === 'check_ended')).toMatchObject({ name: 'hook: pre-commit', exitCode: 1, tail: 'bad style\n' });
  await given.close();
});

test('a commit-msg hook that refuses waits for a person: COMMIT_REFUSED', async () => {
  const { given } = await givenWork({}, (repository) => givenHook(repository, 'commit-msg', 'echo want a ticket; exit 1'));
  expect(endOf(await given.attempt())).toMatchObject({
    result: 'runner_fault',
    code: 'COMMIT_REFUSED',
    retryAfterMs: null,
    message: expect.stringContaining('want a ticket'),
  });
  await given.close();
});

test('a branch that somebody else moved is left alone: BRANCH_MOVED', async () => {
  const { repository, given } = await givenWork({ executor: 'date +%N >> work.txt' });
  await given.attempt({ chunkId: 'one' });
  await git(['update-ref', `refs/heads/${BRANCH}`, given.head], { cwd: given.place.clone.dir });
  const before = repository.git('rev-parse', BRANCH);
  expect(endOf(await given.attempt({ chunkId: 'two' }))).toMatchObject({ result: 'runner_fault', code: 'BRANCH_MOVED', commit: null });
  expect(repository.git('rev-parse', BRANCH)).toBe(before);
  await given.close();
});

test('held at a border an attempt waits, and goes on when it is told to', async () => {
  const { given } = await givenWork({});
  let tell = (_next: string) => {};
  const held = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const control = makeJobControl((next) => tell(next));
  const hold = (fact: FactDraft) => fact.kind === 'step_started' && fact.step === 'execute' && control.hold();
  const running = given.attempt({}, { border: control.border, onFact: hold });
  expect(await held).toBe('verify');
  control.goOn();
  expect(endOf(await running).result).toBe('passed');
  await given.close();
});

test('Stop ends the agent and its children within a second', async () => {
  const { given } = await givenWork({ executor: `echo $$ > pid; (trap '' TERM; sleep 60) & touch begun; sleep 60` });
  const stopping = new AbortController();
  // It has begun, and so have its children, when its file is there.
  const begun = vi.waitFor(() => expect(existsSync(join(given.place.worktree.path, 'begun'))).toBe(true), {
    timeout: 20_000,
    interval: 10,
  });
  const running = given.attempt({}, { signal: stopping.signal });
  await begun;
  stopping.abort();
  expect(endOf(await running)).toMatchObject({ result: 'stopped', commit: null });
  expect(readFileSync(join(given.place.worktree.path, 'pid'), 'utf8').trim()).toMatch(/^\d+$/);
  expect(findProcesses({ entry: `SPECWRIGHT_MARK=${given.place.mark}`, folder: null })).toEqual([]);
  await given.close();
});
