import { foldRun } from '@specwright/protocol/evolve.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { describe, expect, test } from 'vitest';
import { phases } from '../../testing/phase-fixtures.ts';
import { decisionRows } from './decision-rows.ts';
import { handOverOf, quoted } from './hand-over.ts';
import { mergeHelp } from './merge-help.ts';
import { asksPerson, attentionOf, nameOf, standsFor } from './phase-outlook.ts';
import { sumOf } from './phase-sum.ts';
import { costLine, headlineOf, remainingLine } from './phase-words.ts';
import { limitFields, newLimits, raiseProblem } from './raise.ts';
import { stagesOf, taskParts } from './stages.ts';

/** Told by the real state machine. */
const at = (id: string) => foldRun(phases[id] ?? []) as RunState;

describe('why a phase does not go on', () => {
  test.each([
    ['ph_look', null, null],
    ['ph_run', null, null],
    ['ph_heal', null, null],
    ['ph_ask', 'question', 'The agent asks'],
    ['ph_merge', 'merge', 'Merge Ready'],
    ['ph_gate', 'merge', 'Merge Ready'],
    ['ph_conflict', 'merge', 'Not merged yet'],
    ['ph_checkout', 'merge', 'Not merged yet'],
    ['ph_nobase', 'merge', 'Not merged yet'],
    ['ph_failed', 'failed', 'Failed'],
    ['ph_notasks', 'failed', 'Failed'],
    ['ph_budget', 'budget', 'Budget used up'],
    ['ph_paused', 'paused', null],
    ['ph_cancelled', 'cancelled', null],
    ['ph_machine', 'machine', null],
    ['ph_done', null, null],
  ])('%s: %s', (id, kind, words) => {
    const attention = attentionOf(at(id));
    expect(attention?.kind ?? null).toBe(kind);
    expect(standsFor(attention)).toBe(words);
    expect(asksPerson(attention)).toBe(words !== null);
  });

  test('a machine’s trouble on the way to the merge is no refusal of it', () => {
    const run = at('ph_conflict');
    const items = run.items.map((item) => ({
      ...item,
      attempts: item.attempts.map((one) => ({ ...one, result: 'runner_fault' as const })),
    }));
    expect(attentionOf({ ...run, items })?.kind).toBe('person');
  });

  test('which limit was reached', () => {
    const run = at('ph_budget');
    expect(attentionOf(run)).toMatchObject({ limit: 'batch', item: { id: 'batch-3' } });
    const poor = { ...run, settings: { ...run.settings, maxCostMicros: 6_000_000 } };
    expect(attentionOf(poor)).toMatchObject({ limit: 'total' });
    const few = { ...run, settings: { ...run.settings, maxTokens: 1000 } };
    expect(attentionOf(few)).toMatchObject({ limit: 'tokens' });
    const healing = { ...run, items: run.items.map((item) => (item.id === 'batch-3' ? { ...item, spent: 1 } : item)) };
    expect(attentionOf(healing)).toMatchObject({ limit: 'heal' });
  });
});

describe('how far a phase is', () => {
  test.each([
    ['ph_look', 'Reading the repository'],
    ['ph_run', 'Implementing batch 3 of 4: Phase 3: Storage'],
    ['ph_heal', 'Auto-healing batch 3...'],
    ['ph_merge', 'Merge Ready'],
    ['ph_conflict', 'Not merged yet'],
    ['ph_failed', 'Failed at batch 3 of 4: Phase 3: Storage'],
    ['ph_notasks', 'Failed'],
    ['ph_done', 'Complete'],
  ])('%s: %s', (id, headline) => expect(headlineOf(at(id))).toBe(headline));

  const steps = (id: string) => stagesOf(at(id)).map(({ name, state, count }) => `${name} ${state} ${count}`.trim());
  test('the stages as steps', () => {
    expect(steps('ph_look')).toEqual(['design todo', 'analyze todo', 'implement todo', 'verify todo', 'merge todo']);
    expect(steps('ph_run')).toEqual(['design left_out', 'analyze done', 'implement now 2/4', 'verify todo', 'merge todo']);
    expect(steps('ph_failed')[2]).toBe('implement failed 2/4');
    expect(steps('ph_cancelled')[2]).toBe('implement todo 2/4');
    expect(steps('ph_merge')).toEqual(['design left_out', 'analyze done', 'implement done 4/4', 'verify done', 'merge now']);
    expect(steps('ph_done').at(-1)).toBe('merge done');
  });

  test('the bar’s parts are as long as all tasks are many', () => {
    const parts = (id: string) => taskParts(at(id)).map(({ key, tasks }) => `${key} ${tasks}`);
    expect(parts('ph_run')).toEqual(['before 4', 'batch-1 5', 'batch-2 5', 'batch-3 5', 'batch-4 5']);
    expect(parts('ph_failed')).toEqual(parts('ph_run'));
    expect(parts('ph_notasks')).toEqual(['before 4', 'rest 20']);
  });

  test('what remains is a range, while batches are worked on', () => {
    expect(remainingLine(orchestrationView(at('ph_run')))).toBe('7m 00s to 9m 00s left');
    for (const id of ['ph_look', 'ph_merge', 'ph_failed', 'ph_done']) expect(remainingLine(orchestrationView(at(id)))).toBeNull();
  });

  test('what it cost, and what it came to', () => {
    expect(costLine(1_380_000, 50_000_000)).toBe('$1.38 of $50.00');
    expect(costLine(null, null)).toBe('unpriced');
    expect(sumOf(at('ph_failed'))).toMatchObject({ batches: { done: 2, total: 4 }, tasks: { done: 16, total: 24 }, heals: 1, commits: 3 });
  });

  test('what is told with its batch is not told again', () => {
    const run = at('ph_failed');
    const told = decisionRows(run.phase?.decisions ?? []).map(({ decision }) => decision);
    expect(told.slice(0, 3)).toEqual(['fail', 'attempt failed', 'heal']);
    expect(told).not.toContain('machine');
    expect(decisionRows(at('ph_notasks').phase?.decisions ?? []).map(({ decision }) => decision)).toEqual(['failed']);
    expect(decisionRows(at('ph_machine').phase?.decisions ?? [])[0]?.decision).toBe('machine');
    expect(nameOf(run, run.items[0] as never)).toBe('analyze');
  });
});

describe('a limit is raised', () => {
  const run = at('ph_budget');
  const item = run.items.find(({ id }) => id === 'batch-3') ?? null;
  const fields = limitFields(run, 'batch', item);

  test('the one that was reached stands first, with what is used', () => {
    expect(fields.map(({ limit }) => limit)).toEqual(['batch', 'total', 'heal']);
    expect(fields[0]).toMatchObject({ used: 5.02, now: 5 });
  });

  test.each([
    [{}, 'Give the limit that was reached a new value.'],
    [{ batch: '5' }, 'Each batch, in dollars: more than the $5.02 that are used already.'],
    [{ batch: 'x' }, 'Each batch, in dollars: a number above 0.'],
    [{ batch: '9', total: '-1' }, 'Whole run, in dollars: a number above 0.'],
    [{ batch: '9' }, null],
  ])('%j: %s', (values, problem) => expect(raiseProblem(fields, values)).toBe(problem));

  test('what was left empty stays as it is', () => {
    expect(newLimits({ batch: '9.5', total: ' ' })).toEqual({ maxPerBatch: 9.5 });
  });
});

describe('what people do by hand', () => {
  test('texts stand in a shell as they are', () => {
    expect(quoted('src/a-b.ts')).toBe('src/a-b.ts');
    expect(quoted("/home/ada's code; rm -rf")).toBe(`'/home/ada'\\''s code; rm -rf'`);
    expect(quoted('')).toBe("''");
  });

  test('a hand-over names the branch, what is confirmed and the work of the last attempt', () => {
    const run = at('ph_failed');
    const over = handOverOf(run, run.items.find(({ status }) => status === 'failed') ?? null);
    expect(over).toMatchObject({ branch: run.branch, head: run.head, work: { commit: 'tree-batch-3-2' } });
    expect(over.work?.commands).toEqual([
      'git fetch /var/runner/clones/3f2a refs/specwright/ph_failed/batch-3/2',
      'git cherry-pick --no-commit FETCH_HEAD',
    ]);
    expect(over.commands).toEqual([
      `cd '/home/ada/code/ada'\\''s shop'`,
      `git worktree add ../complete-phase-3f2a91bc specwright/complete-phase-3f2a91bc`,
      'cd ../complete-phase-3f2a91bc',
    ]);
  });

  test.each(['MERGE_CONFLICT', 'CHECKOUT_IN_USE', 'PUSH_REFUSED'])('%s: commands', (code) => {
    expect(mergeHelp(at('ph_conflict'), code).commands.length).toBeGreaterThan(0);
  });
  test('no base branch is mended in the project', () => expect(mergeHelp(at('ph_nobase'), 'NO_BASE_BRANCH').inProject).toBe(true));
});
