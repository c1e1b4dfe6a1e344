import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT, runStep, tool } from './run-step.ts';

export interface Tally {
  passed: number;
  failed: number;
  /** What failed, each with its reason: said once more at the end, where it is looked for. */
  failures: string[];
}

/** The part that is read of vitest's JSON report. */
interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

const OUT = join(ROOT, '.out');
const TALLY_FILE = join(OUT, 'test-tally.json');
/** What `unhandled-errors-reporter.ts` writes at the end of a run of vitest: an array of texts. */
export const UNHANDLED_ERRORS = join(OUT, 'unhandled-errors.json');
const UNHANDLED_ERRORS_REPORTER = join(ROOT, 'scripts', 'unhandled-errors-reporter.ts');
/** Characters of a failure's reason that are said again. */
const REASON_LIMIT = 3_000;

export function noTally(): Tally {
  return { passed: 0, failed: 0, failures: [] };
}

/** One thing that is not a test of its own, as a check or the build. */
export function tallyOf(name: string, ok: boolean): Tally {
  return ok ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] };
}

export function addTally(sum: Tally, more: Tally): void {
  sum.passed += more.passed;
  sum.failed += more.failed;
  sum.failures.push(...more.failures);
}

/** Prints what failed and, as the last line, the sum; keeps it for a suite that runs after, and sets the exit code. */
export function endWithTally(tally: Tally): void {
  mkdirSync(OUT, { recursive: true });
  writeFileSync(TALLY_FILE, JSON.stringify(tally));
  for (const failure of tally.failures) process.stdout.write(`\nFAILED: ${failure}\n`);
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
  for (const file of [report, UNHANDLED_ERRORS]) rmSync(file, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, `--reporter=${UNHANDLED_ERRORS_REPORTER}`];
  const args = ['run', ...chosen, ...reporters, ...more];
  const ended = await runStep({ name: `tests: ${name}`, command: tool('vitest'), args, environment });
  if (!existsSync(report)) return tallyOf(`tests: ${name}: ended without a report`, false);
  const outsideTests = existsSync(UNHANDLED_ERRORS) ? (JSON.parse(readFileSync(UNHANDLED_ERRORS, 'utf8')) as string[]) : [];
  return tallyOfReport(name, JSON.parse(readFileSync(report, 'utf8')) as VitestReport, ended, outsideTests);
}

function tallyOfReport(name: string, report: VitestReport, ended: boolean, outsideTests: string[]): Tally {
  const tally: Tally = { passed: report.numPassedTests, failed: report.numFailedTests, failures: failuresOf(report) };
  const silent = (!ended && report.numFailedTests === 0) || report.numPassedTests + report.numFailedTests === 0;
  if (silent) addTally(tally, tallyOf(said(`tests: ${name}: ended badly, or ran no test`, outsideTests.join('\n\n')), false));
  return tally;
}

function failuresOf(report: VitestReport): string[] {
  return report.testResults.flatMap(({ name: file, status, message, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    const path = relative(ROOT, file);
    if (tests.length === 0) return status === 'failed' ? [said(path, message)] : [];
    return tests.map((test) => said(`${path}: ${test.fullName}`, test.failureMessages.join('\n')));
  });
}

function said(what: string, reason: string): string {
  return `${what}\n${reason.slice(0, REASON_LIMIT)}`;
}
