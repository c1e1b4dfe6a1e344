import { CHECK_STEPS } from './check-steps.ts';
import { runStep, runStepsByTwo } from './run-step.ts';
import { addTally, endWithTally, forgetTally, runVitest, type Tally } from './tally.ts';

/** The least that a machine for this has; left alone, vitest keeps one core free. */
const BOTH_CORES = ['--max-workers=2'];

const tally: Tally = { passed: 0, failed: 0 };
const add = (more: Tally) => addTally(tally, more);
const asOne = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

forgetTally();
for (const ok of await runStepsByTwo(CHECK_STEPS)) add(asOne(ok));
add(await runVitest(['node'], BOTH_CORES));
add(await runVitest(['workers'], BOTH_CORES));
const built = await runStep({ name: 'build', command: process.execPath, args: ['bin/specwright.mjs', 'build'] });
add(asOne(built));
if (built) {
  add(await runVitest(['e2e']));
  add(await runVitest(['browser']));
}
endWithTally(tally);
