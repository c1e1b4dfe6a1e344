import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', '**/build/**', '**/.out/**', '**/.data/**'];
const real = ['**/*.worker.test.ts', '**/*.e2e.test.ts', '**/*.browser.test.ts', '**/*.claude.test.ts', '**/*.acp.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'node', include: ['**/*.test.ts'], exclude: [...ignored, ...real], testTimeout: 30_000 } },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './worker/headless.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations('./migrations') } },
          })),
        ],
        test: { name: 'workers', include: ['**/*.worker.test.ts'], exclude: ignored, testTimeout: 30_000 },
      },
      {
        test: {
          name: 'e2e',
          include: ['**/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // The real claude command, which is fetched for it and is no dependency: scripts/test-claude.ts.
        test: {
          name: 'claude',
          include: ['**/*.claude.test.ts'],
          exclude: ignored,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // An agent of the Agent Client Protocol by others, fetched in the same way.
        test: {
          name: 'acp',
          include: ['**/*.acp.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
