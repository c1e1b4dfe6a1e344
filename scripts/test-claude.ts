import { fetchClaude } from './fetch-claude.ts';
import { addTally, endWithTally, lastTally, runVitest, type Tally } from './tally.ts';

// The tests against the real claude command. `--after` adds what the suite before it ended with.
const tally: Tally = { passed: 0, failed: 0 };
if (process.argv.includes('--after')) addTally(tally, lastTally() ?? { passed: 0, failed: 1 });
process.stdout.write('\n── the real claude\n');
const claude = await fetchClaude();
if (claude.ok) addTally(tally, await runVitest('claude', [], { SPECWRIGHT_TEST_CLAUDE: claude.program }));
else process.stdout.write(`── tests: claude: LEFT OUT, the program could not be fetched (${claude.reason})\n`);
endWithTally(tally);
