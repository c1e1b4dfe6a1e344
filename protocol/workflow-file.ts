import type { Stage } from './phase.ts';
import { workflowStatus } from './phase-status.ts';
import type { Item, RunState } from './run-state.ts';

const WORDS: Record<string, string> = { running: 'in_progress', reviewing: 'in_progress' };

/**
 * The account of a phase as `.specflow/workflows/orchestration-{id}.json` has it, for tools that read that file. It is a copy: the run's
 * log is the truth. Times are ISO 8601.
 */
export function workflowFile(state: RunState): string {
  const { phase, items } = state;
  const batches = items.filter((item) => item.phase?.stage === 'implement');
  const current =
    items.find((item) => item.status === 'running' || item.status === 'reviewing') ?? items.find(({ status }) => status === 'pending');
  const jobs = (stage: Stage) => items.filter((item) => item.phase?.stage === stage).flatMap((item) => item.attempts);
  const last = (stage: Stage) => jobs(stage).at(-1)?.jobId ?? null;
  const at = batches.findIndex((item) => item.status !== 'completed' && item.status !== 'skipped');
  const file = {
    ...{ id: state.id, projectId: state.projectId, status: workflowStatus(state).toLowerCase().replace(' ', '_') },
    config: phase?.config ?? null,
    currentPhase: current?.phase?.stage ?? 'complete',
    batches: { total: batches.length, current: at < 0 ? batches.length : at, items: batches.map(batchOf) },
    executions: {
      ...{ design: last('design'), analyze: last('analyze'), implement: jobs('implement').map(({ jobId }) => jobId) },
      ...{ verify: last('verify'), merge: last('merge') },
      healers: jobs('implement').flatMap(({ kind, jobId }) => (kind === 'heal' ? [jobId] : [])),
    },
    ...{ startedAt: iso(state.createdAt), updatedAt: iso(state.updatedAt), completedAt: iso(state.endedAt) },
    decisionLog: (phase?.decisions ?? []).map((one) => ({
      timestamp: iso(one.at),
      decision: one.decision,
      reason: one.reason,
      data: null,
    })),
    totalCostUsd: (state.totals.usage.costMicros ?? 0) / 1_000_000,
    errorMessage: state.status === 'failed' ? (state.reason?.message ?? null) : null,
    recoveryContext: state.status === 'failed' || state.status === 'cancelled' ? { branch: state.branch, head: state.head } : null,
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function batchOf(item: Item) {
  const healer = item.attempts.findLast(({ kind }) => kind === 'heal');
  const status = item.status === 'completed' && item.heals > 0 ? 'healed' : (WORDS[item.status] ?? item.status);
  return {
    ...{ index: item.phase?.batchIndex ?? 0, section: item.title, taskIds: item.phase?.tasks.map(({ name }) => name) ?? [], status },
    ...{ startedAt: iso(item.startedAt), completedAt: item.status === 'completed' ? iso(item.endedAt) : null, healAttempts: item.heals },
    workflowExecutionId: item.attempts.findLast(({ kind }) => kind === 'do')?.jobId ?? null,
    healerExecutionId: healer?.jobId ?? null,
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
