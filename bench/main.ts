import { type Figure, rowOf, within } from './figure.ts';

/** `npm run bench [name …]`: each benchmark measures the product beside a floor or a peer in the same run. */
const BENCHMARKS: Record<string, () => Promise<Figure[]>> = {
  tax: async () => (await import('./tax.ts')).tax(),
  'hand-over': async () => (await import('./hand-over.ts')).handOver(),
  'fan-out': async () => (await import('./fan-out.ts')).fanOut(),
  'run-page': async () => (await import('./run-page.ts')).runPage(),
  authorisation: async () => (await import('./authorisation.ts')).authorisation(),
  'idle-runners': async () => (await import('./idle-runners.ts')).idleRunners(),
  idle: async () => (await import('./idle.ts')).idle(),
  starting: async () => (await import('./starting.ts')).starting(),
  'offered-again': async () => (await import('./offered-again.ts')).offeredAgain(),
  crowd: async () => (await import('./crowd.ts')).crowd(),
  reordering: async () => (await import('./reordering.ts')).reordering(),
  phase: async () => (await import('./phase.ts')).phase(),
  'idle-hour': async () => (await import('./idle-hour.ts')).idleHour(),
};

const chosen = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(BENCHMARKS);
let missed = 0;
for (const name of chosen) {
  const benchmark = BENCHMARKS[name];
  if (!benchmark) {
    process.stderr.write(`There is no benchmark ${name}. There are: ${Object.keys(BENCHMARKS).join(', ')}.\n`);
    process.exit(2);
  }
  process.stdout.write(`\n${name}\n`);
  for (const figure of await benchmark()) {
    process.stdout.write(`${rowOf(figure)}\n`);
    if (!within(figure)) missed += 1;
  }
}
process.stdout.write(missed === 0 ? '\nEvery limit was met.\n' : `\n${missed} limits were missed.\n`);
process.exit(missed === 0 ? 0 : 1);
