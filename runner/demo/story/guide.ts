import type { ScriptStep } from '../script.ts';
import { edit, read, run, write } from './calls.ts';

const LAST_LINE = 'A ledger is a text file with one expense a line: date, category and amount, separated by semicolons.';

const LEDGER = `# January
2026-01-05;food;12.50
2026-01-06;books;8.00
2026-01-09;food;21.30
`;

const USE = `${LAST_LINE}

## Use

\`example/january.txt\` is a ledger:

\`\`\`
${LEDGER}\`\`\`

\`\`\`
$ node bin/tally.js example/january.txt
food   33.80
books   8.00
total  41.80
\`\`\`
`;

export const GUIDE: ScriptStep[] = [
  { calls: [read('README.md'), read('bin/tally.js')] },
  { text: 'First the example, so that its output can be printed as it is.', calls: [write('example/january.txt', LEDGER)] },
  { calls: [run('node bin/tally.js example/january.txt', 'Prints the report of the example')] },
  { calls: [edit('README.md', `${LAST_LINE}\n`, USE)] },
  { text: 'The README has a section "Use" with `example/january.txt` and the output that the command prints for it.' },
];
