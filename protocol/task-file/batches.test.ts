import { describe, expect, it } from 'vitest';
import { findBatches } from './batches.ts';
import { readTaskFile } from './read-task-file.ts';

const batchesOf = (text: string, size?: number) => {
  const { rule, batches } = findBatches(readTaskFile(text), size);
  return { rule, batches: batches.map(({ title, tasks }) => [title, tasks.map(({ id, line }) => id ?? line)]) };
};

describe('batches', () => {
  it('are the sections with open tasks; those that are done, or have none, make none', () => {
    const text =
      '## Phase 1: Setup\n- [x] T001 a\n## Phase 2: Core\n- [ ] T002 b\n- [x] T003 c\n## Notes\nwords\n## Phase 3\n- [ ] T004 d\n';
    expect(batchesOf(text)).toEqual({
      rule: 'sections',
      batches: [
        ['Phase 2: Core', ['T002']],
        ['Phase 3', ['T004']],
      ],
    });
  });

  it('are the groups of the one section that holds everything', () => {
    expect(batchesOf('## Tasks\n### A\n- [ ] T001 a\n### B\n- [ ] T002 b\n')).toEqual({
      rule: 'groups',
      batches: [
        ['A', ['T001']],
        ['B', ['T002']],
      ],
    });
  });

  it('are numbered parents with their children, where there are no sections', () => {
    expect(
      batchesOf('- [ ] 1. Setup\n  - [x] 1.1 a\n  - [ ] 1.2 b\n- [ ] 2. Core\n  - [ ] 2.1 c\n    - [ ] deeper\n- [x] 3. Done\n'),
    ).toEqual({
      rule: 'parents',
      batches: [
        ['1. Setup', ['1', '1.2']],
        ['2. Core', ['2', '2.1', 6]],
      ],
    });
  });

  it('are of a fixed size else', () => {
    const text = Array.from({ length: 32 }, (_, i) => `- [ ] T${String(i + 1).padStart(3, '0')} a`).join('\n');
    const { rule, batches } = findBatches(readTaskFile(text));
    expect(rule).toBe('fixed size');
    expect(batches.map(({ title, tasks }) => [title, tasks.length])).toEqual([
      ['Tasks 1 to 15', 15],
      ['Tasks 16 to 30', 15],
      ['Tasks 31 to 32', 2],
    ]);
  });

  it('are none when nothing is open', () => {
    expect(batchesOf('## A\n- [x] T001 a\n- [~] T002 b\n- [ ]* T003 c\n').batches).toEqual([]);
  });

  it('take a task that stands before the first section along', () => {
    expect(batchesOf('- [ ] T000 first\n## A\n- [ ] T001 a\n## B\n- [ ] T002 b\n').batches[0]).toEqual([
      'Before the first heading',
      ['T000'],
    ]);
  });
});
