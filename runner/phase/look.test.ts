import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { phaseSeenSchema } from '@specwright/protocol/phase.ts';
import { expect, it } from 'vitest';
import { commandsOf } from './commands.ts';
import { look } from './look.ts';
import { readStatus } from './specflow.ts';
import { namesTicked } from './ticked-others.ts';

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'specwright-look-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const TASKS = '# T\n\n## One\n\n- [ ] T001 a\n- [x] T002 b\n\n## Two\n\n- [ ] T003 c\n';
const seen = (files: Record<string, string>, folder: string | null = null, baseBranch: string | null = 'main') =>
  look(folderOf(files), { folder, baseBranch, batchSize: 15 });

it('finds the highest number, the branch’s own name, the only one with open tasks, the top', () => {
  expect(seen({ 'specs/001-a/tasks.md': TASKS, 'specs/0010-b/tasks.md': TASKS }).folder).toBe('specs/0010-b');
  expect(seen({ 'specs/001-a/tasks.md': TASKS, 'specs/002-b/tasks.md': TASKS }, null, '001-a').folder).toBe('specs/001-a');
  expect(seen({ 'openspec/changes/x/tasks.md': '- [x] 1.1 a\n', 'openspec/changes/y/tasks.md': '- [ ] 1.1 a\n' }).folder).toBe(
    'openspec/changes/y',
  );
  expect(seen({ 'tasks.md': TASKS })).toMatchObject({ folder: '.', files: { spec: true, plan: true, tasks: true } });
});

it('says why there is nothing to work on', () => {
  expect(seen({ 'README.md': '' }).problem).toMatch(/No task file was found/);
  expect(seen({ 'specs/001-a/spec.md': '#' })).toMatchObject({ folder: 'specs/001-a', files: { spec: true, tasks: false } });
  expect(seen({ 'specs/001-a/tasks.md': 'no boxes' }).problem).toMatch(/has no tasks/);
  expect(seen({ 'specs/001-a/tasks.md': 'a\0b' }).problem).toMatch(/no text file/);
  expect(seen({ '.kiro/specs/a/tasks.md': '- [ ] 1. a\n', '.kiro/specs/b/tasks.md': '- [ ] 1. a\n' }).problem).toMatch(/Choose one/);
});

it('batches are sections with open tasks', () => {
  const { batches, counts, rule } = seen({ 'specs/001-a/tasks.md': TASKS });
  expect({ rule, counts }).toEqual({ rule: 'sections', counts: { total: 3, done: 1, open: 2 } });
  expect(batches.map(({ title, tasks }) => [title, tasks.map(({ key }) => key)])).toEqual([
    ['One', ['T001']],
    ['Two', ['T003']],
  ]);
});

it('of a huge file plans what a run can hold, a large section in parts, and says so', () => {
  const lines = Array.from({ length: 3000 }, (_, at) => `- [ ] T${at + 1} ${'x'.repeat(300)}\n`).join('');
  const { batches, counts, warnings } = seen({ 'specs/001-a/tasks.md': `## A\n\n- [ ] T0 a\n\n## B\n\n${lines}` });
  expect(batches.map(({ title, tasks }) => [title, tasks.length])).toEqual([
    ['A', 1],
    ...[1, 201, 401, 601].map((from) => [`B: T${from} to T${from + 199}`, 200]),
    ['B: T801 to T999', 199],
  ]);
  expect(counts).toEqual({ total: 3001, done: 0, open: 3001 });
  expect(warnings[0]).toMatch(/Only the first 1000 open tasks/);
  expect(phaseSeenSchema.safeParse(seen({ 'specs/001-a/tasks.md': `## A\n\n- [ ] T0 a\n\n## B\n\n${lines}` })).success).toBe(true);
});

it('a USER GATE stands in the row of this phase alone, or in its own file with its criteria', () => {
  const roadmap = '| Phase | Status |\n|---|---|\n| 0001 | user gate |\n| 0002 | open |\n';
  expect(seen({ 'specs/001-a/tasks.md': TASKS, 'ROADMAP.md': roadmap }).gate?.source).toBe('ROADMAP.md');
  expect(seen({ 'specs/002-a/tasks.md': TASKS, 'ROADMAP.md': roadmap }).gate).toBeNull();
  const own = '# P\n\n**Verification Gate**: USER\n\n- It looks right\n- It is quick\n\n## Next\n\n- no\n';
  expect(seen({ 'specs/003-a/tasks.md': TASKS, '.specify/phases/0003-a.md': own }).gate?.criteria).toEqual([
    'It looks right',
    'It is quick',
  ]);
});

it('a stage has the repository’s own commands, what is configured, or plain words', () => {
  const flow = folderOf({ '.claude/commands/flow.implement.md': 'Do it' });
  expect(commandsOf(flow, 'implement', true)).toMatchObject([{ kind: 'command', name: 'flow.implement' }]);
  expect(commandsOf(flow, 'verify', true)).toMatchObject([{ kind: 'text' }]);
  const kit = ['specify', 'plan', 'tasks'].map((name) => [`.claude/commands/speckit.${name}.md`, name]);
  const names = (hasSpec: boolean) =>
    commandsOf(folderOf(Object.fromEntries(kit)), 'design', hasSpec).map((one) => one.kind === 'command' && one.name);
  expect(names(false)).toEqual(['speckit.specify', 'speckit.plan', 'speckit.tasks']);
  expect(names(true)).toEqual(['speckit.plan', 'speckit.tasks']);
  const own = folderOf({ '.handoff/config.yaml': 'phases:\n  verify: ["/x", "Look well"]\n' });
  expect(commandsOf(own, 'verify', true)).toEqual([
    { kind: 'text', text: '/x' },
    { kind: 'text', text: 'Look well' },
  ]);
});

it('reads specflow’s status in any of its spellings, and nothing from what is none', () => {
  const newer = '{"phase":{"number":"1055"},"step":{"current":"verify","status":"failed"},"progress":{"tasksCompleted":3},"health":null}';
  expect(readStatus(newer)).toMatchObject({ phase: '1055', step: 'verify', stepStatus: 'failed', tasksCompleted: 3 });
  expect(readStatus('note\n{"orchestration":{"step":{"current":"design"}},"progress":{"tasksComplete":2}}')).toMatchObject({
    step: 'design',
    tasksCompleted: 2,
  });
  expect(readStatus('{"phase":')).toBeNull();
});

it('boxes of other batches that were ticked are named', () => {
  const folder = folderOf({ 'tasks.md': TASKS.replaceAll('[ ]', '[x]') });
  expect(namesTicked(TASKS, folder, 'tasks.md', new Set(['T001']))).toEqual(['T003']);
});
