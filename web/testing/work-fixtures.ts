import { foldRun } from '@specwright/protocol/evolve.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { phases } from './phase-fixtures.ts';
import { tellStory } from './story.ts';

/** Made-up projects, specs and runs. */

const noise = Number(process.argv[3] ?? 0);
export const logs: Record<string, StoredEvent[]> = {
  run_live: tellStory('run_live', 'spc_live', 'running'),
  run_failed: tellStory('run_failed', 'spc_failed', 'failed'),
  run_done: tellStory('run_done', 'spc_done', 'completed'),
  run_long: tellStory('run_long', 'spc_long', 'running', noise),
  ...phases,
};

export const now = Date.now();
const noSettings = { executor: null, reviewer: null, maxIterations: null, maxCostMicros: null, maxTokens: null };
export const projects = [
  {
    id: 'prj_1',
    organisationId: 'org_1',
    name: 'money',
    repository: { kind: 'path', path: '/home/ada/code/money', defaultBranch: 'main' },
    settings: noSettings,
    archivedAt: null,
    createdAt: now - 9e6,
    updatedAt: now - 3e5,
    specCounts: { running: 1, completed: 3, failed: 1, draft: 2 },
  },
  {
    id: 'prj_2',
    organisationId: 'org_1',
    name: 'storefront',
    repository: { kind: 'url', url: 'git@github.com:ada/storefront.git', defaultBranch: null },
    settings: noSettings,
    archivedAt: null,
    createdAt: now - 9e8,
    updatedAt: now - 8e7,
    specCounts: { ready: 1 },
  },
  {
    id: 'prj_3',
    organisationId: 'org_1',
    name: 'attic',
    repository: { kind: 'path', path: '/srv/attic', defaultBranch: null },
    settings: noSettings,
    archivedAt: now,
    createdAt: now - 9e9,
    updatedAt: now - 8e8,
    specCounts: {},
  },
];
const TEXT =
  '# Why\n\nPrices are added as **floating point** numbers. We want exact money.\n\n## What\n\n- parse `"12.50 EUR"`\n- format by locale\n- convert with a *given* rate\n\n```js\nadd(money("0.10 EUR"), money("0.20 EUR"))\n```\n\n> No network. See https://example.org/money.\n';

/** A run as lists show it. */
export function summary(runId: string) {
  const log = logs[runId] ?? [];
  const state = foldRun(log);
  if (!state) return null;
  const passed = state.items.filter((item) => item.kind === 'chunk' && item.status === 'completed').length;
  return {
    id: runId,
    projectId: 'prj_1',
    specId: state.specId,
    specTitle: state.specTitle,
    status: state.status,
    reason: state.reason,
    branch: state.branch,
    runnerName: 'workbench',
    currentChunkId: null,
    currentStep: state.job?.step ?? null,
    progress: { current: passed + 1, total: 5, passed, failed: 0 },
    fixes: 1,
    usage: state.totals.usage,
    activeMs: 184_000,
    startedBy: 'Ada',
    createdAt: state.createdAt,
    endedAt: state.endedAt,
    seq: state.seq,
  };
}

export function spec(specId: string) {
  const runId = specId.replace('spc_', 'run_');
  const state = foldRun(logs[runId] ?? []);
  const keys = ['parse', 'format', 'convert', 'round', 'docs'];
  const chunks =
    specId === 'spc_empty'
      ? []
      : keys.map((key, i) => {
          const item = state?.items.find((it) => it.id === `chk_${key}`);
          return {
            id: `chk_${key}`,
            specId,
            key,
            position: i,
            title: item?.title ?? `Chunk ${key}`,
            description: `Write **${key}**.`,
            acceptanceCriteria: ['it has tests'],
            dependsOn: i === 0 ? [] : [`chk_${keys[i - 1]}`],
            status: item?.status ?? 'pending',
            summary: null,
            verdict: null,
            commit: item?.commit ?? null,
            usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0, costMicros: 0, steps: 0 },
            durationMs: 0,
            error: item?.error ?? null,
            updatedAt: now - 9e6,
          };
        });
  const statuses: Record<string, string> = {
    spc_live: 'running',
    spc_failed: 'failed',
    spc_done: 'completed',
    spc_empty: 'draft',
    spc_fresh: 'ready',
    spc_long: 'running',
  };
  return {
    id: specId,
    projectId: 'prj_1',
    title: specId === 'spc_empty' ? 'An idea' : 'A small money library',
    status: statuses[specId] ?? 'ready',
    chunkCount: chunks.length,
    completedCount: chunks.filter((c) => c.status === 'completed').length,
    updatedAt: now - 3e5,
    createdAt: now - 9e6,
    latestRun: state ? summary(runId) : null,
    text: specId === 'spc_empty' ? '' : TEXT,
    version: 3,
    chunks,
  };
}
