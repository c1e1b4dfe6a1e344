import { expect, it } from 'vitest';
import { isTaskFile } from './is-task-file.ts';

it.each([
  ['spec-kit', '# Tasks: Shop\n\n**Input**: x\n\nLong prose.\nMore prose.\nMore.\n\n- [ ] T001 a\n', true],
  ['all done', '- [x] T001 a\n', true],
  ['a shopping list', '# List\n\n- [ ] milk\n- [ ] eggs\n', true],
  ['CRLF', '- [ ] milk\r\n- [ ] eggs\r\n', true],
  ['prose with a box at its end', '# Idea\n\nWe want a shop.\nIt sells doors.\nAnd windows.\n\n- [ ] ask Ada\n', false],
  ['a SPEC.md whose chunks have boxes', '# S\n\n## Chunks\n\n### a: A\n\n- [ ] T001 b\n', false],
  ['no boxes', '# S\n\ntext\n', false],
  ['boxes in a fence', '```\n- [ ] T001 a\n```\n', false],
])('%s', (_, text, is) => {
  expect(isTaskFile(text)).toBe(is);
});
