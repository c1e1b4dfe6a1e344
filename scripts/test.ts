import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CHECK_STEPS } from './check-steps.ts';
import { ROOT, runStep, tool } from './run-step.ts';

interface Tally {
  passed: number;
  failed: number;
}

const tally: Tally = { passed: 0, failed: 0 };
const add = (more: Tally) => {
  tally.passed += more.passed;
  tally.failed += more.failed;
};

for (const step of CHECK_STEPS) add(await asOne(runStep(step)));
add(await vitest('node', []));
add(await vitest('workers', ['--max-workers=1']));
const built = await runStep({ name: 'build', command: process.execPath, args: ['bin/specwright.mjs', 'build'] });
add({ passed: built ? 1 : 0, failed: built ? 0 : 1 });
if (built) {
  add(await vitest('e2e', []));
  add(await vitest('browser', []));
}
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

async function asOne(step: Promise<boolean>): Promise<Tally> {
  return (await step) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs one kind of tests. A run that ends badly without naming a failed test, or that ran none, counts as a failure. */
async function vitest(project: string, more: string[]): Promise<Tally> {
  const report = join(ROOT, '.out', `test-${project}.json`);
  mkdirSync(join(ROOT, '.out'), { recursive: true });
  rmSync(report, { force: true });
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...more];
  const ended = await runStep({ name: `tests: ${project}`, command: tool('vitest'), args });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
  const silent = (!ended && numFailedTests === 0) || numPassedTests + numFailedTests === 0;
  return { passed: numPassedTests, failed: numFailedTests + (silent ? 1 : 0) };
}
