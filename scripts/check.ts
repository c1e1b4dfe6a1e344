import { CHECK_STEPS } from './check-steps.ts';
import { runStep } from './run-step.ts';

let failed = 0;
for (const step of CHECK_STEPS) if (!(await runStep(step))) failed += 1;
process.stdout.write(failed === 0 ? '\nEvery check passed.\n' : `\n${failed} of ${CHECK_STEPS.length} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
