import type { ScriptStep } from '../script.ts';
import { edit, read, run, write } from './calls.ts';

const TRUSTING = `    if (line.trim() === '') return;`;
const SKIPPING = `    if (line.trim() === '' || line.startsWith('#')) return;`;

const CODE = `import { parseMoney } from './money.js';

/** The expenses of a ledger: { date, category, cents }. Throws with the number of the first wrong line. */
export function parseLedger(text) {
  const expenses = [];
  text.split('\\n').forEach((line, index) => {
${TRUSTING}
    expenses.push(parseLine(line, index + 1));
  });
  return expenses;
}

function parseLine(line, number) {
  const [date, category, amount, ...rest] = line.split(';').map((part) => part.trim());
  if (!/^\\d{4}-\\d{2}-\\d{2}$/.test(date) || !category || !amount || rest.length > 0) {
    throw new Error('line ' + number + ': expected date;category;amount');
  }
  try {
    return { date, category, cents: parseMoney(amount) };
  } catch (error) {
    throw new Error('line ' + number + ': ' + error.message);
  }
}
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLedger } from '../src/parse.js';

test('a ledger with comments and empty lines is read', () => {
  const expenses = parseLedger('# January\\n2026-01-05;food;12.50\\n\\n2026-01-06; books ;8.00\\n');
  assert.deepEqual(expenses, [
    { date: '2026-01-05', category: 'food', cents: 1250 },
    { date: '2026-01-06', category: 'books', cents: 800 },
  ]);
});

test('a wrong line is named by its number', () => {
  assert.throws(() => parseLedger('2026-01-05;food;12.50\\nnonsense'), /line 2: expected/);
  assert.throws(() => parseLedger('2026-01-05;food;twelve'), /line 1: not an amount/);
});
`;

export const PARSE: ScriptStep[] = [
  { text: 'I build on the amounts of `money`.', calls: [read('src/money.js')] },
  { calls: [write('src/parse.js', CODE), write('test/parse.test.js', TEST)] },
  { text: 'Added `src/parse.js` with `parseLedger`, and tests.' },
];

export const PARSE_AGAIN: ScriptStep[] = [
  { text: 'The test with comments fails: a line that begins with # is read as an expense.', calls: [read('src/parse.js')] },
  { text: 'Comments must be skipped like empty lines.', calls: [edit('src/parse.js', TRUSTING, SKIPPING)] },
  { calls: [run('npm test', 'Runs the tests again')] },
  { text: '`parseLedger` in `src/parse.js` now skips lines that begin with #; all tests pass.' },
];
