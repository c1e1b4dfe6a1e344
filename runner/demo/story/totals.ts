import type { ScriptStep } from '../script.ts';
import { read, run, write } from './calls.ts';

const CODE = `/** Sums of cents by category, the largest first; equal sums in alphabetical order. */
export function totalsByCategory(expenses) {
  const sums = new Map();
  for (const { category, cents } of expenses) sums.set(category, (sums.get(category) ?? 0) + cents);
  return [...sums]
    .map(([category, cents]) => ({ category, cents }))
    .sort((a, b) => b.cents - a.cents || a.category.localeCompare(b.category));
}
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { totalsByCategory } from '../src/totals.js';

const spent = (category, cents) => ({ date: '2026-01-05', category, cents });

test('the largest sum comes first', () => {
  const totals = totalsByCategory([spent('books', 800), spent('food', 1250), spent('food', 50)]);
  assert.deepEqual(totals, [
    { category: 'food', cents: 1300 },
    { category: 'books', cents: 800 },
  ]);
});

test('equal sums are in alphabetical order', () => {
  assert.deepEqual(
    totalsByCategory([spent('tea', 100), spent('bread', 100)]).map(({ category }) => category),
    ['bread', 'tea'],
  );
});

test('no expenses, no totals', () => {
  assert.deepEqual(totalsByCategory([]), []);
});
`;

export const TOTALS: ScriptStep[] = [
  { calls: [read('src/parse.js')] },
  { text: 'One pass over the expenses, then a sort.', calls: [write('src/totals.js', CODE), write('test/totals.test.js', TEST)] },
  { calls: [run('npm test', 'Runs the tests')] },
  { text: 'Added `src/totals.js` with `totalsByCategory(expenses)` → [{ category, cents }], largest first, with tests.' },
];
