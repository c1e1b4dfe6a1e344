import type { Detected } from '@specwright/protocol/workflow-api.ts';
import { expect, it } from 'vitest';
import { outlookOf } from './outlook.ts';

const OFF = { skipDesign: false, skipAnalyze: false, autoMerge: false };
const batch = (title: string) => ({ title, tasks: [{ key: 'T001', name: 'T001', title: 'One' }] });

function found(seen: Partial<Detected['seen']> = {}): Pick<Detected, 'seen'> {
  return {
    seen: {
      ...{ folder: 'specs/007', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/007/tasks.md' },
      ...{ dialect: 'spec-kit', rule: 'sections', batches: [batch('A'), batch('B')], counts: { total: 5, done: 3, open: 2 } },
      ...{ warnings: [], gate: null, baseBranch: 'main' },
      ...seen,
    },
  };
}

const noFile = {
  files: { spec: false, plan: false, tasks: false },
  ...{ taskFile: null, batches: [], rule: null, counts: { total: 0, done: 0, open: 0 }, problem: 'There is no task file.' },
};

it('counts the batches, and says what is done with them', () => {
  expect(outlookOf(found(), OFF)).toEqual({
    headline: 'Detected 2 batches from tasks.md',
    note: null,
    tone: 'accent',
    stages: ['analyze', '2 batches', 'verify', 'merge, when you say so'],
  });
  expect(outlookOf(found({ batches: [batch('A')] }), OFF).headline).toBe('Detected 1 batch from tasks.md');
});

it('merges by itself only where it may', () => {
  const gate = { source: 'ROADMAP.md', criteria: [] };
  expect(outlookOf(found(), { ...OFF, autoMerge: true, skipAnalyze: true }).stages).toEqual(['2 batches', 'verify', 'merge']);
  expect(outlookOf(found({ gate }), { ...OFF, autoMerge: true }).stages.at(-1)).toBe('merge, when you say so');
});

it('all done: goes on to verify', () => {
  const done = outlookOf(found({ batches: [], counts: { total: 5, done: 5, open: 0 } }), OFF);
  expect(done).toMatchObject({ headline: 'All tasks are done', note: 'The run goes on to verify.' });
  expect(done.stages).toEqual(['analyze', 'verify', 'merge, when you say so']);
});

it('no task file: design comes first, or there is nothing to work on', () => {
  expect(outlookOf(found(noFile), OFF)).toMatchObject({
    headline: 'No task file yet',
    stages: ['design', 'analyze', 'batches', 'verify', expect.any(String)],
  });
  const skipped = outlookOf(found(noFile), { ...OFF, skipDesign: true });
  expect(skipped).toMatchObject({ tone: 'bad', stages: [], note: 'There is no task file. Leave "Skip design" off, and design writes it.' });
});

it('a task file that cannot be read stops the start; a missing spec.md does not', () => {
  expect(outlookOf(found({ problem: 'tasks.md is too large.' }), OFF)).toMatchObject({ tone: 'bad', stages: [] });
  const spec = outlookOf(found({ files: { spec: false, plan: true, tasks: true } }), OFF);
  expect(spec.headline).toBe('Detected 2 batches from tasks.md');
  expect(spec.note).toMatch(/^spec\.md is missing/);
});
