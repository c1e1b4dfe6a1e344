import type { ScriptStep } from '../script.ts';
import { read, verdict } from './calls.ts';

const look = (...files: string[]): ScriptStep => ({ text: 'I read the change.', calls: files.map(read) });

const EMPTY_PRINTS_TOTAL = {
  name: 'An empty ledger prints "No expenses."',
  passed: false,
  text: 'With no expenses the rows hold only the total, so "total  0.00" is printed.',
  file: 'src/report.js',
  line: 6,
};

/** The reviewer's answers, by chunk; a list for each attempt that is reviewed. */
export const REVIEWS: Record<string, ScriptStep[]> = {
  money: [
    look('src/money.js', 'test/money.test.js'),
    verdict({
      verdict: 'pass',
      summary: 'Amounts are whole cents in both directions, and a wrong one is named.',
      checks: [
        { name: 'Both directions', text: 'parseMoney and formatMoney agree; the tests cover both.', file: 'test/money.test.js', line: 5 },
        {
          name: 'A wrong amount is an error that names it',
          text: 'The error ends with the text it was given.',
          file: 'src/money.js',
          line: 6,
        },
      ],
    }),
  ],
  parse: [
    look('src/parse.js'),
    verdict({
      verdict: 'pass',
      summary: 'Comments and empty lines are skipped, and a wrong line is named by its number.',
      checks: [
        { name: 'Comments are skipped', text: 'Lines that begin with # return early; a test has one.', file: 'src/parse.js', line: 7 },
      ],
    }),
  ],
  totals: [
    look('src/totals.js'),
    verdict({
      verdict: 'pass',
      summary: 'Sums are right and sorted as asked.',
      checks: [{ name: 'Equal sums are alphabetical', text: 'The sort falls back to the name.', file: 'src/totals.js', line: 7 }],
    }),
  ],
  report: [
    look('src/report.js', 'test/report.test.js'),
    verdict({
      verdict: 'needs_fix',
      summary: 'The report is aligned and ends with the total, but an empty ledger prints a total of 0.00.',
      checks: [
        { name: 'Amounts are aligned to the right', text: 'padStart by the longest amount.', file: 'src/report.js', line: 11 },
        EMPTY_PRINTS_TOTAL,
      ],
      requestedChanges: ['src/report.js: print "No expenses." for an empty list, and test it in test/report.test.js.'],
    }),
  ],
  'report-fix': [
    look('src/report.js', 'test/report.test.js'),
    verdict({
      verdict: 'pass',
      summary: 'An empty ledger prints "No expenses.", with a test; the rest is as before.',
      checks: [{ name: EMPTY_PRINTS_TOTAL.name, text: 'It returns before anything is added up.', file: 'src/report.js', line: 6 }],
    }),
  ],
  cli: [
    look('bin/tally.js', 'test/tally.test.js'),
    verdict({
      verdict: 'pass',
      summary: 'The command joins the parts and tells both kinds of mistakes apart.',
      checks: [
        { name: 'Exit codes', text: '2 without a file, 1 for a wrong ledger; tests run the command.', file: 'bin/tally.js', line: 9 },
      ],
    }),
  ],
  guide: [
    look('README.md', 'example/january.txt'),
    verdict({
      verdict: 'pass',
      summary: 'The example in the README is a file in the repository, and its output is the command’s own.',
      checks: [{ name: 'Section "Use"', text: 'It shows the ledger, the command and its output.', file: 'README.md', line: 7 }],
    }),
  ],
};
