import { CHECK_STEPS } from './check-steps.ts';
import { runStepsByTwo } from './run-step.ts';

const failed = (await runStepsByTwo(CHECK_STEPS)).filter((ok) => !ok).length;
process.stdout.write(failed === 0 ? '\nEvery check passed.\n' : `\n${failed} of ${CHECK_STEPS.length} checks failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
