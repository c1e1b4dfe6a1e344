import type { ScriptStep } from '../script.ts';
import { edit, read, run, write } from './calls.ts';

const FIRST_LINE = `  const totals = totalsByCategory(expenses);`;

const CODE = `import { formatMoney } from './money.js';
import { totalsByCategory } from './totals.js';

/** A report of expenses as text: a line a category, amounts aligned to the right, the total last. */
export function textReport(expenses) {
${FIRST_LINE}
  const sum = totals.reduce((all, { cents }) => all + cents, 0);
  const rows = [...totals.map(({ category, cents }) => [category, formatMoney(cents)]), ['total', formatMoney(sum)]];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const amountWidth = Math.max(...rows.map(([, amount]) => amount.length));
  return rows.map(([name, amount]) => name.padEnd(nameWidth) + '  ' + amount.padStart(amountWidth)).join('\\n') + '\\n';
}
`;

const LAST_TEST = `test('the total is the last line', () => {
  assert.match(textReport([spent('tea', 250)]), /total  2\\.50\\n$/);
});
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textReport } from '../src/report.js';

const spent = (category, cents) => ({ date: '2026-01-05', category, cents });

test('amounts are aligned to the right', () => {
  const report = textReport([spent('food', 1250), spent('books', 800)]);
  assert.equal(report, 'food   12.50\\nbooks   8.00\\ntotal  20.50\\n');
});

${LAST_TEST}`;

const EMPTY_TEST = `
test('an empty ledger says so', () => {
  assert.equal(textReport([]), 'No expenses.\\n');
});
`;

export const REPORT: ScriptStep[] = [
  { calls: [read('src/money.js'), read('src/totals.js')] },
  {
    text: 'The report aligns its columns by the longest name and amount.',
    calls: [write('src/report.js', CODE), write('test/report.test.js', TEST)],
  },
  { calls: [run('npm test', 'Runs the tests')] },
  { text: 'Added `src/report.js` with `textReport(expenses)` and tests.' },
];

export const REPORT_FIX: ScriptStep[] = [
  { text: 'The review is right: an empty ledger prints a total of 0.00.', calls: [read('src/report.js'), read('test/report.test.js')] },
  { calls: [edit('src/report.js', FIRST_LINE, `  if (expenses.length === 0) return 'No expenses.\\n';\n${FIRST_LINE}`)] },
  { text: 'A test, so that it stays so.', calls: [edit('test/report.test.js', LAST_TEST, `${LAST_TEST}${EMPTY_TEST}`)] },
  { calls: [run('npm test', 'Runs the tests')] },
  { text: '`textReport` prints `No expenses.` for an empty ledger, with a test.' },
];
