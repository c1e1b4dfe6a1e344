/** The demo's spec, in the format of SPEC.md. */
export const STORY_SPEC = `# Tally: add up expenses

A command that reads a ledger of expenses and prints what was spent, by category. A ledger is a text file with one
expense a line: \`2026-01-05;food;12.50\`. Lines that are empty or begin with \`#\` are skipped. Money is whole cents inside the program.

## Chunks

### money: Read and write amounts

Amounts are written with a dot and two digits, and are whole cents in the program.

Acceptance criteria:
- \`parseMoney('12.50')\` is 1250, and \`formatMoney(1250)\` is '12.50'
- An amount that is not written so is an error that names it
- Tests cover both directions

### parse: Read a ledger

Turn a ledger's text into a list of expenses with date, category and cents.

Acceptance criteria:
- Empty lines and lines that begin with \`#\` are skipped
- A wrong line is an error that names its number
- Tests cover a ledger with comments

Depends on: money

### totals: Add up by category

Sum up the expenses of each category, the largest sum first.

Acceptance criteria:
- Categories with the same sum are in alphabetical order
- An empty list gives an empty result

Depends on: parse

### report: Print a report

A report as text: one line a category, amounts aligned to the right, and a line with the total.

Acceptance criteria:
- Amounts are aligned to the right
- The last line is the total
- An empty ledger prints \`No expenses.\`

Depends on: money, totals

### cli: The tally command

\`node bin/tally.js FILE\` prints the report of a ledger.

Acceptance criteria:
- Without a file it says how it is used and ends with exit code 2
- A wrong ledger is one sentence on standard error and exit code 1

Depends on: parse, report

### guide: Say how it is used

The README shows a ledger, the command and its output.

Acceptance criteria:
- The README has a section "Use" with an example that works as printed
- The example ledger is a file in the repository

Depends on: cli
`;
