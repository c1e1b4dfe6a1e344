import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { bundledForWorkers } from './scripts/bundled-for-workers.ts';

const ignored = ['**/node_modules/**', '**/build/**', '**/.out/**', '**/.data/**'];
const real = ['**/*.worker.test.ts', '**/*.e2e.test.ts', '**/*.browser.test.ts', '**/*.claude.test.ts', '**/*.acp.test.ts'];

/** What is waited for comes late on a busy machine. */
const patient = { setupFiles: ['./tests/support/patience.ts'], expect: { poll: { timeout: 15_000 } } };
/** Files with servers, agents or browsers of their own: two at a time, however many cores there are. */
const heavy = { ...patient, exclude: ignored, hookTimeout: 120_000, maxWorkers: 2 };

export default defineConfig({
  test: {
    projects: [
      { test: { ...patient, name: 'node', include: ['**/*.test.ts'], exclude: [...ignored, ...real], testTimeout: 30_000 } },
      {
        plugins: [
          cloudflareTest(async () => ({
            main: './worker/headless.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { bindings: { TEST_MIGRATIONS: await readD1Migrations('./migrations') } },
          })),
        ],
        test: {
          ...patient,
          name: 'workers',
          include: ['**/*.worker.test.ts'],
          exclude: ignored,
          testTimeout: 30_000,
          deps: { optimizer: { ssr: bundledForWorkers } },
        },
      },
      { test: { ...heavy, name: 'e2e', include: ['**/*.e2e.test.ts'], testTimeout: 180_000 } },
      {
        test: {
          ...heavy,
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          testTimeout: 180_000,
          globalSetup: ['./tests/support/unpack-browser.ts'],
        },
      },
      // The real claude command, which is fetched for it and is no dependency: scripts/test-claude.ts.
      { test: { ...heavy, name: 'claude', include: ['**/*.claude.test.ts'], testTimeout: 60_000 } },
      // An agent of the Agent Client Protocol by others, fetched in the same way.
      { test: { ...heavy, name: 'acp', include: ['**/*.acp.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
