import { describe, expect, it } from 'vitest';
import { parseSpecMarkdown, writeSpecMarkdown } from '../spec-markdown.ts';
import { readTaskFile } from './read-task-file.ts';
import { proseOf } from './task-extent.ts';
import { specOfTasks } from './to-spec.ts';

const specOf = (...lines: string[]) => specOfTasks(readTaskFile(lines.join('\n')), 'tasks.md');

describe('a task file as a spec', () => {
  it('is a chunk an open task, with what it waits for', () => {
    const spec = specOf(
      '# Tasks: Door',
      '## Core',
      '- [x] T001 Frame',
      '- [ ] T002 Door (depends on T001)',
      '  - oak',
      '- [ ] T003 Handle (depends on T002)',
    );
    expect(spec).toEqual({
      title: 'Door',
      text: '',
      chunks: [
        { key: 'T002', title: 'Door (depends on T001)', description: 'Section: Core\n- oak', acceptanceCriteria: [], dependsOn: [] },
        { key: 'T003', title: 'Handle (depends on T002)', description: 'Section: Core', acceptanceCriteria: [], dependsOn: ['T002'] },
      ],
    });
  });

  it('gives every task a key of its own', () => {
    expect(specOf('- [ ] T001 a', '- [ ] T001 b', '- [ ] c').chunks.map(({ key }) => key)).toEqual(['T001', 'T001-line-2', 'line-3']);
  });

  it('says a parent by its children', () => {
    const { chunks } = specOf('- [ ] 1. Parent', '  - [ ] 1.1 a', '  - [x] 1.2 b', '- [ ] 2. Next');
    expect(chunks.map(({ key, description }) => [key, description])).toEqual([
      ['1.1', 'Part of: 1 Parent'],
      ['2', ''],
    ]);
  });

  it('takes the boxes of a heading as acceptance criteria', () => {
    expect(specOf('### T001: Door', '- [ ] opens', '- [ ] closes').chunks[0]).toMatchObject({
      title: 'Door',
      acceptanceCriteria: ['opens', 'closes'],
    });
  });

  it('resolves a range, and lets a circle go', () => {
    expect(specOf('- [ ] T001-T003 many', '- [ ] T004 one (depends on T002)').chunks[1]?.dependsOn).toEqual(['T001-T003']);
    expect(specOf('- [ ] T001 a (depends on T002)', '- [ ] T002 b (depends on T001)').chunks.map(({ dependsOn }) => dependsOn)).toEqual([
      [],
      [],
    ]);
  });

  it('can be written as a spec file and read again', () => {
    const spec = specOf('# Door', '## Core', '- [ ] T001 Frame # 1', '  ### not a heading', '- [ ] T002 Door (depends on T001)');
    expect(parseSpecMarkdown(writeSpecMarkdown(spec))).toEqual({ ok: true, spec });
  });
});

describe('what stands beside the tasks', () => {
  it('is kept as prose, without headings that the chunks name', () => {
    const text =
      '# Tasks: Door\r\n\r\n**Input**: spec.md\r\n\r\n## Core\r\n\r\nGoal: a door.\r\n\r\n- [ ] T001 a\r\n  - oak\r\n\r\n## Notes\r\n\r\n- [P] = parallel\r\n';
    expect(proseOf(text, readTaskFile(text))).toBe('**Input**: spec.md\n\nGoal: a door.\n\n## Notes\n\n- [P] = parallel');
    expect(proseOf('- [ ] a\n', readTaskFile('- [ ] a\n'))).toBe('');
  });

  it('gives a plain name where the title says only what kind of file it is, and tags to the chunk', () => {
    expect(specOf('# Implementation Plan', '- [ ] T001 [P] [US1] a')).toMatchObject({
      title: 'tasks.md',
      chunks: [{ title: 'a', description: 'Tags: P, US1' }],
    });
  });
});
