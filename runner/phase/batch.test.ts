import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { doing, FOLDER, type GivenPhase, givenPhase, lookOf, TASK_FILE, TASKS, ticking, working } from '../testing/given-phase.ts';
import { BRANCH, endOf } from '../testing/given-place.ts';

const promoted = ({ repository }: GivenPhase, file = TASK_FILE) => repository.git('show', `${BRANCH}:${file}`);
/** The words for a shell whose agent does one thing at first, and another once its first work is there. */
const firstThen = (first: string, then: string) => `if [ -f .tried ]; then ${then}; else echo > .tried; ${first}; fi`;

test('a batch is confirmed when its tasks are done, other files changed, and nothing else was ticked', async () => {
  const given = await givenPhase(doing('T001', 'T002'));
  const facts = await given.batch(1);
  expect(endOf(facts)).toMatchObject({ result: 'passed', message: '' });
  expect(lookOf(facts)).toMatchObject({ counts: { total: 3, done: 2, open: 1 }, batches: [{ title: 'Two' }] });
  expect(promoted(given)).toBe(TASKS.replaceAll('[ ] T001', '[x] T001').replaceAll('[ ] T002', '[x] T002').trim());
  await given.close();
});

test.each([
  ['a byte order mark', `\uFEFF${TASKS}`],
  ['CRLF', TASKS.replaceAll('\n', '\r\n')],
  ['both endings at once, and a byte order mark', `\uFEFF${TASKS.replace('\n\n', '\r\n\r\n')}`],
])('a task file with %s is read, and every other byte stays', async (_, tasks) => {
  const given = await givenPhase(doing('T001', 'T002'), { tasks });
  expect(given.seen.batches.map(({ title, tasks: found }) => [title, found.length])).toEqual([
    ['One', 2],
    ['Two', 1],
  ]);
  expect(endOf(await given.batch(1)).result).toBe('passed');
  const expected = tasks.replaceAll('[ ] T001', '[x] T001').replaceAll('[ ] T002', '[x] T002');
  expect(promoted(given)).toBe(expected.trim());
  await given.close();
});

test('400 tasks without sections: batches of a fixed size, each confirmed by its own ids', async () => {
  const ids = Array.from({ length: 400 }, (_, at) => `T${String(at + 1).padStart(3, '0')}`);
  const given = await givenPhase(doing(...ids.slice(15, 30)), { tasks: ids.map((id) => `- [ ] ${id} do ${id}\n`).join('') });
  expect(given.seen.batches).toHaveLength(27);
  const facts = await given.batch(2);
  expect(endOf(facts).result).toBe('passed');
  expect(lookOf(facts)).toMatchObject({ counts: { done: 15, open: 385 } });
  await given.close();
});

test('boxes of another batch: failed with their names, until they are set back', async () => {
  const back = `sed -i 's/\\[x\\] T003/[ ] T003/' ${TASK_FILE}; rm .tried`;
  const given = await givenPhase(firstThen(doing('T001', 'T002', 'T003'), back));
  const failed = await given.batch(1);
  expect(endOf(failed)).toMatchObject({
    result: 'unconfirmed',
    commit: null,
    message: expect.stringContaining('another batch were ticked: T003'),
  });
  // What is not confirmed is no news of the phase.
  expect(lookOf(failed)).toBeNull();
  expect(endOf(await given.heal(1, failed)).result).toBe('passed');
  expect(promoted(given)).toContain('[ ] T003');
  await given.close();
});

test('boxes without any work: failed', async () => {
  const given = await givenPhase(ticking('T001', 'T002'));
  const end = endOf(await given.batch(1));
  expect(end).toMatchObject({ result: 'unconfirmed', message: expect.stringContaining('No file was changed but the task file') });
  await given.close();
});

test('work without boxes: failed, and the boxes stay open until the agent has ticked them', async () => {
  const given = await givenPhase(firstThen(working('T001', 'T002'), `${ticking('T001', 'T002')}; rm .tried`));
  const failed = await given.batch(1);
  const { message, snapshot } = endOf(failed);
  expect(message).toContain(`Not done in ${TASK_FILE}: T001, T002`);
  expect(given.repository.git('branch', '--list', BRANCH)).toBe('');
  expect(readFileSync(join(given.place.worktree.path, TASK_FILE), 'utf8')).toBe(TASKS);
  expect(snapshot).not.toBeNull();
  expect(endOf(await given.heal(1, failed)).result).toBe('passed');
  expect(promoted(given, 'T002.txt')).toBe('T002');
  await given.close();
});

test('a heal that succeeds in part leaves less; the next is asked for that alone', async () => {
  const prompts = mkdtempSync(join(tmpdir(), 'specwright-prompt-'));
  const next = `cat > "${prompts}/prompt"; if [ -f T002.txt ]; then ${doing('T003')}; elif [ -f T001.txt ]; then ${doing('T002')}; else ${doing('T001')}; fi`;
  const given = await givenPhase(next, { tasks: TASKS.replace('## Two\n\n', '') });
  const prompt = () => readFileSync(join(prompts, 'prompt'), 'utf8');
  const first = await given.batch(1);
  expect(endOf(first).message).toContain('T002, T003');
  const second = await given.heal(1, first);
  expect(endOf(second)).toMatchObject({ result: 'unconfirmed', message: expect.stringMatching(/Not done in .*: T003\./) });
  expect(prompt()).toContain('Completed: T001\nFailed or remaining: T002, T003');
  expect(endOf(await given.heal(1, second)).result).toBe('passed');
  expect(prompt()).toContain('only these tasks:\n- T003 c\n\n');
  await given.close();
});

test.each([
  ['adds a task', `printf -- '- [ ] T004 d\\n' >> ${TASK_FILE}`, 'passed', /^$/],
  ['renames a section', `sed -i 's/## Two/## Second/' ${TASK_FILE}`, 'passed', /^$/],
  ['opens a task again', `sed -i 's/\\[x\\] T001/[ ] T001/' ${TASK_FILE}`, 'unconfirmed', /Not done in .*: T001/],
  ['takes a task out', `sed -i '/T002/d' ${TASK_FILE}`, 'unconfirmed', /Not done in .*: T002/],
  ['makes it unreadable', `printf 'a\\0b' > ${TASK_FILE}`, 'unconfirmed', /no text file/],
  ['takes it away', `rm ${TASK_FILE}`, 'unconfirmed', /There is no task file/],
])('a person edits the task file in mid-batch: %s', async (_, edit, result, message) => {
  const given = await givenPhase(`${doing('T001', 'T002')}; ${edit}`);
  const facts = await given.batch(1);
  expect(endOf(facts)).toMatchObject({ result, message: expect.stringMatching(message) });
  if (edit.includes('T004')) expect(lookOf(facts)?.batches).toMatchObject([{ tasks: [{ key: 'T003' }, { key: 'T004' }] }]);
  if (edit.includes('Second')) expect(lookOf(facts)?.batches).toMatchObject([{ title: 'Second' }]);
  await given.close();
});

test('checks run behind the confirmation, and fail the batch; tests that are written first are not run', async () => {
  const given = await givenPhase(doing('T001', 'T002', 'T003'), { check: 'exit 1' });
  const end = endOf(
    await given.carryOut('implement', { batch: { title: 'All', tasks: given.seen.batches.flatMap(({ tasks }) => tasks) } }),
  );
  expect(end.result).toBe('checks_failed');
  const batch = { title: 'Phase 2: Tests First (TDD)', tasks: given.seen.batches.flatMap(({ tasks }) => tasks) };
  expect(endOf(await given.carryOut('implement', { batch })).result).toBe('passed');
  await given.close();
});

test('verify fails while tasks are open, but for those that a person left out; it leaves no commit of its own', async () => {
  const given = await givenPhase('true');
  const open = endOf(await given.carryOut('verify'));
  expect(open).toMatchObject({ result: 'unconfirmed', message: expect.stringContaining('3 of 3 tasks are open: T001, T002, T003.') });
  const end = endOf(await given.carryOut('verify', { leftOut: ['T001', 'T002', 'T003'] }));
  expect(end).toMatchObject({ result: 'passed', commit: given.head });
  await given.close();
});

test('files of an older phase prove nothing about this one', async () => {
  const files = { 'specs/002-new/notes.md': '' };
  const given = await givenPhase(`echo more >> ${FOLDER}/spec.md`, { files });
  const none = endOf(await given.carryOut('design', { folder: 'specs/002-new', taskFile: null }));
  expect(none).toMatchObject({ result: 'unconfirmed', message: expect.stringContaining('spec.md is missing') });
  const older = await givenPhase('echo > other.txt');
  const end = endOf(await older.carryOut('design', { folder: null, taskFile: null, baseBranch: 'main' }));
  expect(end.message).toContain(`${FOLDER} is an older phase's folder: this stage changed nothing in it.`);
  await given.close();
  await older.close();
});

test('a cancel in mid-batch keeps what was done, for the attempt after it', async () => {
  const given = await givenPhase(`if [ -f T001.txt ]; then ${doing('T002')}; else ${doing('T001')}; sleep 60; fi`);
  const stop = new AbortController();
  const begins = new Promise<void>((done) => {
    const timer = setInterval(() => {
      if (!readFileSync(join(given.place.worktree.path, TASK_FILE), 'utf8').includes('[x] T001')) return;
      clearInterval(timer);
      done();
    }, 10);
  });
  const going = given.batch(1, {}, { signal: stop.signal });
  await begins;
  stop.abort();
  const end = endOf(await going);
  expect(end.result).toBe('stopped');
  expect(endOf(await given.batch(1, { continueFrom: end.snapshot })).result).toBe('passed');
  await given.close();
});

test('what a cancel keeps is taken when nothing writes any more', async () => {
  const given = await givenPhase(`${doing('T001')}; sleep 60`);
  const late = join(given.place.worktree.path, 'late.txt');
  const stop = new AbortController();
  const going = given.batch(
    1,
    {},
    {
      signal: stop.signal,
      onFact: (fact) => fact.kind === 'agent_started' && stop.abort(),
      quiet: async () => writeFileSync(late, 'written while it was being ended\n'),
    },
  );
  const { result, snapshot } = endOf(await going);
  expect(result).toBe('stopped');
  expect(execFileSync('git', ['show', `${snapshot}:late.txt`], { cwd: given.place.clone.dir, encoding: 'utf8' })).toContain('being ended');
  await given.close();
});

/** What `specflow status --json` says, and what becomes of a stage then; null: it is confirmed. */
const SPECFLOW: [string, RegExp | null][] = [
  ['{"step":{"current":"implement","status":"blocked"}}', /specflow status says: implement is blocked/],
  ['{"orchestration":{"step":{"current":"implement","status":"failed"}}}', /implement is failed/],
  ['{"health":{"status":"error"}}', /the phase has errors\./],
  [
    '{"health":{"status":"error","issues":[{"code":"STATE_INVALID","severity":"error","message":"State file is corrupted"}]}}',
    /has errors: State file is corrupted\./,
  ],
  // As it answers in a worktree, where the state of somebody's own folder is not.
  ['{"phase":{"number":null},"health":{"status":"error","issues":[{"code":"NO_STATE","severity":"error"}]}}', null],
  ['{"phase":{"number":"0042"},"step":{"current":"verify","status":"failed"}}', null],
  ['{"phase":{"number":"0001"},"step":{"current":"implement","status":"failed"}}', /implement is failed/],
  ['{"phase":{"number":"1","hasUserGate":true}}', null],
  ['{"step":{"status":"in_progress"},"health":{"status":"ready"},"progress":{"tasksComplete":2}}', null],
  ['hello', null],
];

test('where the repository uses specflow, it must not say otherwise of this phase; what it cannot know counts for nothing', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'specwright-specflow-'));
  writeFileSync(join(bin, 'specflow'), `#!/bin/sh\ncat '${bin}/says'\n`);
  chmodSync(join(bin, 'specflow'), 0o755);
  const path = process.env.PATH ?? '';
  process.env.PATH = `${bin}${delimiter}${path}`;
  try {
    const given = await givenPhase('true', { files: { '.specflow/state.json': '{}' } });
    for (const [says, refusal] of SPECFLOW) {
      writeFileSync(join(bin, 'says'), says);
      const facts = await given.carryOut('analyze');
      const { result, message } = endOf(facts);
      expect([says, result]).toEqual([says, refusal === null ? 'passed' : 'unconfirmed']);
      if (refusal !== null) expect(message).toMatch(refusal);
      else expect(lookOf(facts)?.gate?.source).toBe(says.includes('hasUserGate') ? 'specflow status' : undefined);
    }
    await given.close();
  } finally {
    process.env.PATH = path;
  }
});
