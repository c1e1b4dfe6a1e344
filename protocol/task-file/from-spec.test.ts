import { describe, expect, it } from 'vitest';
import { tasksOfSpec } from './from-spec.ts';
import { readTaskFile } from './read-task-file.ts';
import { specOfTasks } from './to-spec.ts';
import type { ChunkOfFile } from './write-task.ts';

const chunk = (key: string, more: Partial<ChunkOfFile> = {}): ChunkOfFile => ({
  ...{ key, title: `Do ${key}`, description: '', acceptanceCriteria: [], dependsOn: [], done: false },
  ...more,
});

/** The spec that the text is imported as, with what a person or a run did to it since. */
function exported(text: string, change: (chunks: ChunkOfFile[]) => ChunkOfFile[] = (same) => same, path = 'specs/1/tasks.md'): string {
  const { title, chunks } = specOfTasks(readTaskFile(text, path), 'x');
  return tasksOfSpec({ title, chunks: change(chunks.map((one) => ({ ...one, done: false }))) }, { path, text });
}
const finished =
  (...keys: string[]) =>
  (chunks: ChunkOfFile[]) =>
    chunks.map((one) => ({ ...one, done: keys.includes(one.key) }));
const edited = (key: string, change: Partial<ChunkOfFile>) => (chunks: ChunkOfFile[]) =>
  chunks.map((one) => (one.key === key ? { ...one, ...change } : one));

const SPEC_KIT = `# Tasks: Shop

**Input**: spec.md

## Phase 1: Setup

- [x] T001 [P] Begin
- [ ] T002 [P] [US1] Frame in src/a.ts
  - oak

## Phase 2: Core

- [ ] T003 [US1] Door (depends on T002)
- [~] T004 Later
- [ ] T067-A [depends: T003] Handle

## Dependencies

- [P] tasks = different files
`;

describe('a spec that came from a task file', () => {
  it.each([
    ['spec-kit', SPEC_KIT, 'specs/1/tasks.md'],
    ['CRLF, a byte order mark, no end', '\uFEFF# T\r\n\r\n* [ ] T001 a\r\n+ [ ] T002 b', 'tasks.md'],
    [
      'Kiro',
      '# Implementation Plan\n\n- [ ] 1. Parent\n  - [ ] 1.1 child\n    - _Requirements: 1.1_\n  - [ ]* 1.2 optional\n',
      '.kiro/specs/a/tasks.md',
    ],
    ['OpenSpec', '## 1. A\n\n- [ ] 1.1 a\n- [-] 1.2 b\n', 'openspec/changes/a/tasks.md'],
    ['headings', '## A\n\n### T001: Door\n\nOak.\n\n- [ ] opens\n- [ ] closes\n\n### T002: Lock\n- [ ] locks\n', 'tasks.md'],
  ])('is the same bytes while nothing was done: %s', (_, text, path) => {
    expect(exported(text, undefined, path)).toBe(text);
  });

  it('has the boxes of what was completed ticked, and nothing else changed', () => {
    expect(exported(SPEC_KIT, finished('T003'))).toBe(SPEC_KIT.replace('[ ] T003', '[x] T003'));
    expect(exported('* [ ] a\r\n1) [!] b\r\n', finished('line-1', 'line-2'))).toBe('* [x] a\r\n1) [x] b\r\n');
    expect(exported('### T001: Door\n- [ ] opens\n- [~] closes\n', finished('T001'))).toBe('### T001: Door\n- [x] opens\n- [x] closes\n');
  });

  it('ticks a parent with its last child', () => {
    const text = '- [ ] 1. A\n  - [x] 1.1 a\n  - [ ] 1.2 b\n  - [ ]* 1.3 c\n- [ ] 2. B\n  - [ ] 2.1 d\n';
    expect(exported(text, finished('1.2'), '.kiro/specs/a/tasks.md')).toBe(
      text.replace('[ ] 1. A', '[x] 1. A').replace('[ ] 1.2', '[x] 1.2'),
    );
  });

  it('says an edited chunk anew in its place, with its bullet, id and tags', () => {
    expect(exported(SPEC_KIT, edited('T002', { title: 'Frame of steel', done: true }))).toBe(
      SPEC_KIT.replace('[ ] T002 [P] [US1] Frame in src/a.ts', '[x] T002 [P] [US1] Frame of steel'),
    );
    const more = 'Section: Phase 1: Setup\nTags: P, US1\n- oak\n- [ ] no task';
    expect(exported(SPEC_KIT, edited('T002', { description: more }))).toBe(SPEC_KIT.replace('  - oak', '  - oak\n  - \\[ ] no task'));
    expect(exported(SPEC_KIT, edited('T003', { dependsOn: [] }))).toBe(SPEC_KIT.replace(' (depends on T002)', ''));
    expect(exported('- [ ] a\r\n- [ ] T002 b\r\n', edited('T002', { title: 'c', dependsOn: ['line-1'] }))).toBe(
      '- [ ] a\r\n- [ ] T002 c (depends on T001)\r\n',
    );
  });

  it('loses what was deleted, and puts what is new into the section that it names', () => {
    const without = (chunks: ChunkOfFile[]) => chunks.filter(({ key }) => key !== 'T002');
    expect(exported(SPEC_KIT, without)).toBe(SPEC_KIT.replace('- [ ] T002 [P] [US1] Frame in src/a.ts\n  - oak\n', ''));
    const more = [chunk('T100', { description: 'Section: Phase 1: Setup\nwell' }), chunk('sign', { dependsOn: ['T003'] })];
    const text = exported(SPEC_KIT, (chunks) => [...chunks, ...more]);
    expect(text).toContain('  - oak\n- [ ] T100 Do T100\n  well\n\n## Phase 2');
    expect(text.endsWith('- [P] tasks = different files\n\n## Added\n\n- [ ] T005 Do sign (depends on T003)\n')).toBe(true);
  });
});

describe('a spec of its own', () => {
  const spec = {
    title: 'Shop',
    chunks: [
      chunk('T001', { description: 'Section: Core\nOak\n- or ash', done: true }),
      chunk('door', { description: 'Section: Core', acceptanceCriteria: ['opens', 'closes'], dependsOn: ['T001'] }),
      chunk('T003', { description: 'Section: Polish\n# no heading\n- [ ] no task\n```\nno fence', dependsOn: ['door', 'T001'] }),
    ],
  };

  it('is a tasks.md with its sections, ids, criteria and dependencies', () => {
    expect(tasksOfSpec(spec, null)).toBe(`# Tasks: Shop

## Core

- [x] T001 Do T001
  Oak
  - or ash
### T002: Do door (depends on T001)

- [ ] opens
- [ ] closes

## Polish

- [ ] T003 Do T003 (depends on T002, T001)
  \\# no heading
  - \\[ ] no task
  \\\`\`\`
  no fence
`);
  });

  it('reads back as the same work', () => {
    const again = specOfTasks(
      readTaskFile(tasksOfSpec({ ...spec, chunks: spec.chunks.map((one) => ({ ...one, done: false })) }, null)),
      'x',
    );
    expect(again.title).toBe('Shop');
    expect(again.chunks.map(({ key, acceptanceCriteria, dependsOn }) => [key, acceptanceCriteria, dependsOn.toSorted()])).toEqual([
      ['T001', [], []],
      ['T002', ['opens', 'closes'], ['T001']],
      ['T003', [], ['T001', 'T002']],
    ]);
    expect(again.chunks[0]?.description).toBe('Section: Core\nOak\n- or ash');
  });
});
