import { fetchClaude } from './fetch-claude.ts';
import type { Fetched } from './fetch-package.ts';
import { fetchQwen } from './fetch-qwen.ts';
import { addTally, endWithTally, lastTally, noTally, runVitest, tallyOf } from './tally.ts';

// The tests against programs that are fetched for them: the real claude command, and another agent. `--after` adds what the suite before it ended with.
const tally = noTally();
if (process.argv.includes('--after')) addTally(tally, lastTally() ?? tallyOf('the suite before this one ended without a sum', false));
process.stdout.write('\n── the real claude, and another agent of the Agent Client Protocol\n');
const [claude, qwen] = await Promise.all([fetchClaude(), fetchQwen()]);
const environment = { ...given('claude', claude, 'SPECWRIGHT_TEST_CLAUDE'), ...given('acp', qwen, 'SPECWRIGHT_TEST_QWEN') };
const projects = [...(claude.ok ? ['claude'] : []), ...(qwen.ok ? ['acp'] : [])];
if (projects.length > 0) addTally(tally, await runVitest(projects, [], environment));
endWithTally(tally);

function given(project: string, fetched: Fetched, variable: string): NodeJS.ProcessEnv {
  if (fetched.ok) return { [variable]: fetched.program };
  process.stdout.write(`── tests: ${project}: LEFT OUT, the program could not be fetched (${fetched.reason})\n`);
  return {};
}
