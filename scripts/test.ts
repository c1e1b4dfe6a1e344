import { CHECK_STEPS } from './check-steps.ts';
import { runStep } from './run-step.ts';
import { addTally, endWithTally, forgetTally, runVitest, type Tally } from './tally.ts';

/** The least that a machine for this has; left alone, vitest keeps one core free. */
const BOTH_CORES = ['--max-workers=2'];

const tally: Tally = { passed: 0, failed: 0 };
const add = (more: Tally) => addTally(tally, more);

forgetTally();
for (const step of CHECK_STEPS) add(await asOne(runStep(step)));
add(await runVitest('node', BOTH_CORES));
add(await runVitest('workers', BOTH_CORES));
const built = await runStep({ name: 'build', command: process.execPath, args: ['bin/specwright.mjs', 'build'] });
add({ passed: built ? 1 : 0, failed: built ? 0 : 1 });
if (built) {
  add(await runVitest('e2e'));
  add(await runVitest('browser'));
}
endWithTally(tally);

async function asOne(step: Promise<boolean>): Promise<Tally> {
  return (await step) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
