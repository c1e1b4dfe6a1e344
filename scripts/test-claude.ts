import { fetchClaude } from './fetch-claude.ts';
import type { Fetched } from './fetch-package.ts';
import { fetchQwen } from './fetch-qwen.ts';
import { addTally, endWithTally, lastTally, runVitest, type Tally } from './tally.ts';

// The tests against programs that are fetched for them: the real claude command, and another agent. `--after` adds what the suite before it ended with.
const tally: Tally = { passed: 0, failed: 0 };
if (process.argv.includes('--after')) addTally(tally, lastTally() ?? { passed: 0, failed: 1 });
process.stdout.write('\n── the real claude, and another agent of the Agent Client Protocol\n');
const [claude, qwen] = [await fetchClaude(), await fetchQwen()];
await add('claude', claude, 'SPECWRIGHT_TEST_CLAUDE');
await add('acp', qwen, 'SPECWRIGHT_TEST_QWEN');
endWithTally(tally);

async function add(project: string, fetched: Fetched, variable: string): Promise<void> {
  if (fetched.ok) addTally(tally, await runVitest(project, [], { [variable]: fetched.program }));
  else process.stdout.write(`── tests: ${project}: LEFT OUT, the program could not be fetched (${fetched.reason})\n`);
}
