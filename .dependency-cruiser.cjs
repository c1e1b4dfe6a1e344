// The arrows between the folders. Tests may reach across: they hold the parts against each other.
const OURS = '^(protocol|durable-objects|worker|web|migrations|runner|cli|bench|tests|scripts)/';
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: NOT_PRODUCT },
  to: { path: OURS, pathNot: `^(${[from, ...allowed].join('|')})/` },
});
const NOT_PRODUCT = '(\\.test\\.ts$|/testing/|/simulation/)';

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    only('protocol', []),
    only('migrations', []),
    only('durable-objects', ['protocol']),
    only('runner', ['protocol']),
    only('web', ['protocol']),
    only('worker', ['protocol', 'durable-objects', 'migrations', 'web/build']),
    only('cli', ['protocol', 'runner']),
    {
      name: 'only-the-entries-see-the-pages',
      severity: 'error',
      from: { path: '^worker/', pathNot: '^worker/(index|dev)\\.ts$' },
      to: { path: '^web/' },
    },
    {
      name: 'deciding-is-pure',
      comment: 'No clock, no storage, no randomness inside: they come with the command.',
      severity: 'error',
      from: { path: '^(protocol/|durable-objects/[^/]+/(decide|evolve))', pathNot: NOT_PRODUCT },
      to: { path: '^(cloudflare:|node:)|workers-types' },
    },
    {
      name: 'pages-carry-no-validator',
      comment: 'The run page ships a small function, not a validator.',
      severity: 'error',
      from: { path: '^web/app/', pathNot: '(^web/app/server/|\\.test\\.ts$)' },
      to: { path: 'node_modules/zod', reachable: false },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(cloudflare:|virtual:|node:)|web/build' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(node_modules/\\.pnpm|/build/|\\.out/|\\.data/|migrations/meta)' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
