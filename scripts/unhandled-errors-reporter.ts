import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter } from 'vitest/node';
import { UNHANDLED_ERRORS } from './tally.ts';

/**
 * Keeps what went wrong outside any test (a rejection that nobody waited for, a worker that died): vitest ends badly for it,
 * but its JSON report does not name it.
 */
export default class UnhandledErrorsReporter implements Reporter {
  onTestRunEnd(...[, errors]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    mkdirSync(dirname(UNHANDLED_ERRORS), { recursive: true });
    writeFileSync(
      UNHANDLED_ERRORS,
      JSON.stringify(
        errors.map((error) => {
          const during = [error.VITEST_TEST_PATH, error.VITEST_TEST_NAME].filter(Boolean).join(': ');
          return `${error.type ?? 'Unhandled error'}${during && ` (while ${during} ran)`}\n${error.stack ?? error.message}`;
        }),
      ),
    );
  }
}
