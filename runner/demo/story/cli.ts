import type { ScriptStep } from '../script.ts';
import { read, run, write } from './calls.ts';

const CODE = `#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseLedger } from '../src/parse.js';
import { textReport } from '../src/report.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node bin/tally.js FILE');
  process.exit(2);
}
try {
  process.stdout.write(textReport(parseLedger(readFileSync(file, 'utf8'))));
} catch (error) {
  console.error('tally: ' + error.message);
  process.exit(1);
}
`;

const TEST = `import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const command = new URL('../bin/tally.js', import.meta.url).pathname;
const tally = (...args) => spawnSync(process.execPath, [decodeURIComponent(command), ...args], { encoding: 'utf8' });

function ledger(text) {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'tally-')), 'ledger.txt');
  writeFileSync(file, text);
  return file;
}

test('a ledger is reported', () => {
  assert.equal(tally(ledger('2026-01-05;food;12.50\\n')).stdout, 'food   12.50\\ntotal  12.50\\n');
});

test('without a file it says how it is used', () => {
  const { status, stderr } = tally();
  assert.equal(status, 2);
  assert.match(stderr, /Usage/);
});

test('a wrong ledger is one sentence', () => {
  const { status, stderr } = tally(ledger('nonsense\\n'));
  assert.equal(status, 1);
  assert.equal(stderr, 'tally: line 1: expected date;category;amount\\n');
});
`;

export const CLI: ScriptStep[] = [
  { calls: [read('src/parse.js'), read('src/report.js')] },
  { text: 'The command only joins the parts.', calls: [write('bin/tally.js', CODE), write('test/tally.test.js', TEST)] },
  { calls: [run('npm test', 'Runs the tests')] },
  { text: 'Added `bin/tally.js`: prints a report of FILE; exit code 2 without one, 1 for a wrong ledger. Tests run the real command.' },
];
