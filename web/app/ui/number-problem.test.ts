import { expect, test } from 'vitest';
import { numberProblem } from './number-problem.ts';

test.each([
  ['', null],
  ['1', null],
  [' 100 ', null],
  ['0', 'A whole number from 1 to 100.'],
  ['101', 'A whole number from 1 to 100.'],
  ['2.5', 'A whole number from 1 to 100.'],
  ['many', 'A whole number from 1 to 100.'],
])('%j from 1 to 100: %j', (text, problem) => {
  expect(numberProblem(text, 1, 100)).toBe(problem);
});

test('large and open limits read well', () => {
  expect(numberProblem('0', 1, 10_080)).toBe('A whole number from 1 to 10,080.');
  expect(numberProblem('-1', 1, Number.MAX_SAFE_INTEGER)).toBe('A whole number, 1 or more.');
});
