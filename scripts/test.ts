import { CHECK_STEPS } from './check-steps.ts';
import { runStep, runStepsByTwo } from './run-step.ts';
import { addTally, endWithTally, forgetTally, noTally, runVitest, type Tally, tallyOf } from './tally.ts';

/** The least that a machine for this has; left alone, vitest keeps one core free. */
const BOTH_CORES = ['--max-workers=2'];

const tally = noTally();
const add = (more: Tally) => addTally(tally, more);

forgetTally();
for (const [index, ok] of (await runStepsByTwo(CHECK_STEPS)).entries()) add(tallyOf(CHECK_STEPS[index]?.name ?? 'a check', ok));
add(await runVitest(['node'], BOTH_CORES));
add(await runVitest(['workers'], BOTH_CORES));
const built = await runStep({ name: 'build', command: process.execPath, args: ['bin/specwright.mjs', 'build'] });
add(tallyOf('build', built));
if (built) {
  add(await runVitest(['e2e']));
  add(await runVitest(['browser']));
}
endWithTally(tally);
