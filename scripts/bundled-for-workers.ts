import type { Plugin } from 'esbuild';

/** What a Worker has without a file. */
const builtIn: Plugin = {
  name: 'built into workerd',
  setup: (build) => build.onResolve({ filter: /^(node|cloudflare):/ }, ({ path }) => ({ path, external: true })),
};

const BUNDLED = {
  protocol: ['zod'],
  migrations: ['drizzle-orm/sqlite-core'],
  worker: [
    ...[
      '@better-auth/api-key',
      'better-auth/adapters/drizzle',
      'better-auth/api',
      'better-auth/cookies',
      'better-auth/crypto',
      'better-auth/minimal',
    ],
    ...['better-auth/plugins/bearer', 'better-auth/plugins/device-authorization', '@hono/zod-validator', 'hono', 'hono/body-limit'],
    ...['hono/http-exception', 'hono/route', 'drizzle-orm', 'drizzle-orm/d1'],
  ],
};

/**
 * The Worker's dependencies, as a few files: every test file begins a workerd of its own, and would ask for each of their
 * thousand modules again. What is missing here is only slower.
 */
export const bundledForWorkers = {
  enabled: true,
  include: Object.entries(BUNDLED).flatMap(([folder, names]) => names.map((name) => `@specwright/${folder} > ${name}`)),
  esbuildOptions: { plugins: [builtIn] },
};
