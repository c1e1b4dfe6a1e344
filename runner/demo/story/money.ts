import type { ScriptStep } from '../script.ts';
import { read, run, write } from './calls.ts';

const CODE = `const WRITTEN = /^(\\d+)\\.(\\d{2})$/;

/** Whole cents of an amount like '12.50'. Throws with the amount's name when it is written otherwise. */
export function parseMoney(text) {
  const match = WRITTEN.exec(text.trim());
  if (match === null) throw new Error('not an amount: ' + text);
  return Number(match[1]) * 100 + Number(match[2]);
}

/** '12.50' for 1250 cents. */
export function formatMoney(cents) {
  return Math.trunc(cents / 100) + '.' + String(cents % 100).padStart(2, '0');
}
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney, parseMoney } from '../src/money.js';

test('an amount is read as cents', () => {
  assert.equal(parseMoney('12.50'), 1250);
  assert.equal(parseMoney(' 0.05 '), 5);
});

test('cents are written with two digits', () => {
  assert.equal(formatMoney(1250), '12.50');
  assert.equal(formatMoney(5), '0.05');
});

test('what is no amount is named', () => {
  assert.throws(() => parseMoney('12,5'), /not an amount: 12,5/);
});
`;

export const MONEY: ScriptStep[] = [
  { text: 'I look at the project first.', calls: [{ name: 'glob', args: { pattern: '**/*' } }, read('AGENTS.md')] },
  { text: 'Amounts become whole cents: no rounding errors.', calls: [write('src/money.js', CODE)] },
  { text: 'Now its tests.', calls: [write('test/money.test.js', TEST)] },
  { calls: [run('npm test', 'Runs the tests')] },
  { text: 'Added `src/money.js` with `parseMoney` and `formatMoney` (whole cents) and three tests. They pass.' },
];
