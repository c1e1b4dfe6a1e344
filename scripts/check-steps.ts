import { type Step, tool } from './run-step.ts';

const PACKAGES = ['protocol', 'durable-objects', 'migrations', 'worker', 'web', 'runner', 'cli', 'scripts', 'tests', 'bench'];

/** Format, lint, types and dependency arrows: what `npm run check` runs and `npm test` begins with. */
export const CHECK_STEPS: Step[] = [
  { name: 'format and lint', command: tool('biome'), args: ['ci', '.'] },
  ...PACKAGES.map((folder) => ({ name: `types of ${folder}`, command: tool('tsc'), args: ['-p', folder] })),
  {
    name: 'dependency arrows',
    command: tool('depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', 'protocol', 'durable-objects', 'migrations', 'worker', 'web/app', 'runner', 'cli'],
  },
];
