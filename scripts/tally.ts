import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runStep, tool } from './run-step.ts';

export interface Tally {
  passed: number;
  failed: number;
}

const OUT = join(ROOT, '.out');
const TALLY_FILE = join(OUT, 'test-tally.json');

export function addTally(sum: Tally, more: Tally): void {
  sum.passed += more.passed;
  sum.failed += more.failed;
}

/** Prints the sum as the last line, keeps it for a suite that runs after, and sets the exit code. */
export function endWithTally(tally: Tally): void {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(TALLY_FILE, JSON.stringify(tally));
  process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed\n`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

/** The sum that the last suite ended with. Null: it ended without one. */
export function lastTally(): Tally | null {
  return existsSync(TALLY_FILE) ? (JSON.parse(readFileSync(TALLY_FILE, 'utf8')) as Tally) : null;
}

/** A suite that dies on its way leaves no sum behind, not the one before it. */
export function forgetTally(): void {
  rmSync(TALLY_FILE, { force: true });
}

/** Runs these kinds of tests. A run that ends badly without naming a failed test, or that ran none, counts as a failure. */
export async function runVitest(projects: string[], more: string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Tally> {
  const name = projects.join('-');
  const report = join(OUT, `test-${name}.json`);
  mkdirSync(OUT, { recursive: true });
  rmSync(report, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...more];
  const ended = await runStep({ name: `tests: ${name}`, command: tool('vitest'), args, environment });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number };
  const silent = (!ended && numFailedTests === 0) || numPassedTests + numFailedTests === 0;
  return { passed: numPassedTests, failed: numFailedTests + (silent ? 1 : 0) };
}
