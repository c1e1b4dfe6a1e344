import { describe, expect, it } from 'vitest';
import { countTasks } from './count-tasks.ts';
import { readTaskFile } from './read-task-file.ts';
import { isOpen } from './task-file.ts';

const read = (...lines: string[]) => readTaskFile(lines.join('\n'));
const idsAndStates = (...lines: string[]) => read(...lines).tasks.map(({ id, state }) => [id, state]);

describe('a task file', () => {
  it('of spec-kit: phases, tags, a parallel mark', () => {
    const file = read(
      '# Tasks: Billing',
      '',
      '## Phase 1: Setup',
      '- [x] T001 Make the folder',
      '- [ ] T002 [P] [US1] Write src/a.ts',
      '',
      '## Notes',
      '- [P] tasks = different files',
    );
    expect(file.dialect).toBe('spec-kit');
    expect(file.title).toBe('Tasks: Billing');
    expect(file.tasks.map(({ id, title, tags, state, section }) => ({ id, title, tags, state, section }))).toEqual([
      { id: 'T001', title: 'Make the folder', tags: [], state: 'done', section: 0 },
      { id: 'T002', title: 'Write src/a.ts', tags: ['P', 'US1'], state: 'todo', section: 0 },
    ]);
    expect(file.leftOut).toEqual([]);
  });

  it('reads every bullet, at every indent', () => {
    expect(
      idsAndStates(
        '- [ ] T001 a',
        '* [ ] T002 b',
        '+ [x] T003 c',
        '1. [ ] T004 d',
        '2) [X] T005 e',
        '\t- [ ] T006 f',
        '        - [ ] T007 g',
      ),
    ).toEqual([
      ['T001', 'todo'],
      ['T002', 'todo'],
      ['T003', 'done'],
      ['T004', 'todo'],
      ['T005', 'done'],
      ['T006', 'todo'],
      ['T007', 'todo'],
    ]);
  });

  it.each([
    ['T001a text', 'T001a', 'text'],
    ['T067-A text', 'T067-A', 'text'],
    ['T067-add text', null, 'T067-add text'],
    ['T012.5 text', 'T012.5', 'text'],
    ['T-AI-01 text', 'T-AI-01', 'text'],
    ['T1001 text', 'T1001', 'text'],
    ['T062-T067 the rest', 'T062-T067', 'the rest'],
    ['T062–T067 the rest', 'T062-T067', 'the rest'],
    ['**T001** text', 'T001', 'text'],
    ['**T001: text** more', 'T001', 'text** more'],
    ['T001: text', 'T001', 'text'],
    ['`T001` text', 'T001', 'text'],
    ['WP01 text', 'WP01', 'text'],
    ['AUTH-012 text', 'AUTH-012', 'text'],
    ['1.1 text', '1.1', 'text'],
    ['1. Parent', '1', 'Parent'],
    ['TXXX text', null, 'text'],
    ['3 tests for the door', null, '3 tests for the door'],
    ['1.5x faster', null, '1.5x faster'],
    ['SHA256 of the file', null, 'SHA256 of the file'],
    ['Do what T001 says', null, 'Do what T001 says'],
    ['T001_old is a name', null, 'T001_old is a name'],
  ])('takes the id of "%s"', (text, id, title) => {
    expect(read(`- [ ] ${text}`).tasks[0]).toMatchObject({ id, title });
  });

  it.each([
    ['- [ ]* 2.1 Write tests', '2.1'],
    ['- [ ] 7.9* Write more tests', '7.9'],
  ])('knows an optional task: "%s"', (line, id) => {
    const task = read(line).tasks[0];
    expect(task).toMatchObject({ id, optional: true });
    expect(task && isOpen(task)).toBe(false);
  });

  it('takes a dash as work in hand with Kiro, and as work put off elsewhere', () => {
    expect(readTaskFile('- [-] 1. Parent\n  - [ ] 1.1 child', '.kiro/specs/door/tasks.md').tasks[0]?.state).toBe('in_progress');
    expect(readTaskFile('- [-] T001 later', 'specs/001-door/tasks.md').tasks[0]?.state).toBe('deferred');
  });

  it.each([
    ['~', 'deferred'],
    ['!', 'blocked'],
    ['>', 'in_progress'],
    ['→', 'in_progress'],
    ['b', 'blocked'],
  ])('reads the mark [%s] as %s', (mark, state) => {
    expect(idsAndStates(`- [${mark}] T001 a`)).toEqual([['T001', state]]);
  });

  it('counts what it left out, and why', () => {
    const file = read(
      '```',
      '- [ ] T001 an example',
      '```',
      '<!-- - [ ] T002 hidden -->',
      '> - [ ] T003 quoted',
      '| [ ] | T004 | in a table |',
      '- [?] T005 asked',
      '- [ ] T006 real',
    );
    expect(file.tasks.map(({ id }) => id)).toEqual(['T006']);
    expect(file.leftOut.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'code fence'],
      [4, 'comment'],
      [5, 'block quote'],
      [6, 'table'],
      [7, 'unknown mark'],
    ]);
    expect(file.warnings.filter(({ kind }) => kind === 'left_out')).toHaveLength(5);
  });

  it('hides nothing in front matter or behind a comment that ends', () => {
    expect(idsAndStates('---', 'x: "- [ ] T000"', '---', '<!--', '- [ ] T001 hidden', '-->', '- [ ] T002 seen <!-- why -->')).toEqual([
      ['T002', 'todo'],
    ]);
  });

  it('reads on behind a fence that nobody closes, and says so', () => {
    const file = read('## One', '```bash', 'make', '- [ ] T001 real', '## Two', '- [ ] T002 real');
    expect(file.tasks.map(({ id }) => id)).toEqual(['T001', 'T002']);
    expect(file.warnings).toContainEqual(expect.objectContaining({ kind: 'unclosed_fence', line: 2 }));
  });

  it('reads CRLF, both endings at once, and a byte order mark', () => {
    const file = readTaskFile('\uFEFF- [ ] T001 a\r\n- [x] T002 b\n- [ ] T003 c\r\n');
    expect(file.tasks.map(({ id, title }) => [id, title])).toEqual([
      ['T001', 'a'],
      ['T002', 'b'],
      ['T003', 'c'],
    ]);
  });

  it('hides no open task behind a done one of the same id', () => {
    const file = read('- [x] T001 first', '- [ ] T001 again');
    expect(file.tasks.map(({ state }) => state)).toEqual(['done', 'todo']);
    expect(file.duplicates).toEqual([{ id: 'T001', lines: [1, 2], states: ['done', 'todo'] }]);
  });

  it('takes a heading with an id as the task, and the boxes below as its criteria', () => {
    const file = read(
      '## Phase 1',
      '### T001: Build the door',
      '- [x] it opens',
      '- [ ] it closes',
      'Some words.',
      '### T002 - Paint it',
      '- [x] red',
      '### Notes',
      '- [ ] loose',
    );
    expect(file.tasks.map(({ id, title, state, boxes }) => [id, title, state, boxes.length])).toEqual([
      ['T001', 'Build the door', 'in_progress', 2],
      ['T002', 'Paint it', 'done', 1],
      [null, 'loose', 'todo', 1],
    ]);
    expect(file.tasks[0]?.details).toEqual(['Some words.']);
  });

  it.each([
    ['[depends: T001, T002]', ['T001', 'T002']],
    ['[dep: T001]', ['T001']],
    ['[after: T001]', ['T001']],
    ['(depends on T001, T002)', ['T001', 'T002']],
    ['and depends on T001 and T002.', ['T001', 'T002']],
    ['(depends on T001-T003)', ['T001', 'T002', 'T003']],
  ])('reads the dependencies in "%s"', (text, ids) => {
    expect(read('- [ ] T001 a', '- [ ] T002 b', '- [ ] T003 c', `- [ ] T004 d ${text}`).tasks[3]?.dependsOn).toEqual(ids);
  });

  it('reads dependencies of cc-sdd below the task, and details of Kiro', () => {
    const file = read(
      '- [ ] 1. Parent',
      '- [ ] 1.1 First (P)',
      '  - Do this',
      '  - _Requirements: 1.1, 2.3_',
      '- [ ] 1.2 Second',
      '  - _Depends: 1.1_',
    );
    expect(file.dialect).toBe('cc-sdd');
    expect(file.tasks[1]).toMatchObject({
      title: 'First',
      tags: ['P'],
      details: ['- Do this', '- _Requirements: 1.1, 2.3_'],
      dependsOn: [],
    });
    expect(file.tasks[2]?.dependsOn).toEqual(['1.1']);
  });

  it('knows the parent of an indented task', () => {
    const file = read('- [ ] 1. Parent', '  - [ ] 1.1 child', '    - [ ] deeper', '- [ ] 2. Next');
    expect(file.tasks.map(({ parent }) => parent)).toEqual([null, 0, 1, null]);
  });

  it('warns of a dependency that is not there', () => {
    expect(read('- [ ] T001 a (depends on T099)').warnings).toContainEqual(
      expect.objectContaining({ kind: 'unknown_dependency', line: 1 }),
    );
  });

  it('reads headings in any language', () => {
    const file = read('## フェーズ 1', '- [ ] T001 設定', '## Fase 2: Añadir', '- [ ] T002 añadir');
    expect(file.sections.map(({ title }) => title)).toEqual(['フェーズ 1', 'Fase 2: Añadir']);
  });

  it('counts by state; what is put off or optional does not keep it from being complete', () => {
    expect(countTasks(read('- [x] T001 a', '- [~] T002 b', '- [ ]* T003 c', '- [-] T004 d', '- [!] T005 e'))).toEqual({
      total: 5,
      done: 1,
      open: 1,
      optional: 1,
      other: { '~': 1, '-': 1 },
    });
  });

  it.each(['', '\uFEFF', '```', '<!--', '---', '- [', '- [ ]', '\0\r\r\n'])('never throws: %j', (text) => {
    expect(readTaskFile(text).tasks.length).toBeLessThanOrEqual(1);
  });
});
