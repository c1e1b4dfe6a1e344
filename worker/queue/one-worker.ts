import { runPort } from '@specwright/durable-objects/dispatch/run-port.ts';
import { workerStatus } from '@specwright/durable-objects/dispatch/workers-view.ts';
import { newsOf } from '@specwright/protocol/run-news.ts';
import type { RunState, RunStatus } from '@specwright/protocol/run-state.ts';
import type { QueueItem, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRun, type RunRow } from '../store/runs.ts';
import { seenWorkers } from './workers-page.ts';

/** A worker of this id: at work, waiting in the queue, or at rest. The guard has looked whether the caller sees it. */
export async function oneWorker(env: WorkerEnv, caller: Caller, runId: string): Promise<WorkerInfo | null> {
  const { workers, queue } = await seenWorkers(env, caller);
  const working = workers.find((worker) => worker.id === runId);
  if (working) return working;
  const waiting = queue.find((item) => item.id === runId);
  if (waiting) return waitingWorker(waiting);
  const row = await findRun(env.DB, caller.organisationId, runId);
  return row && restingWorker(row, (await runPort(env, runId).view())?.state ?? null);
}

const NOT_BEGUN = {
  ...{ currentChunkId: null, currentChunkTitle: null, currentStep: null, startedAt: null, activeMs: 0, activeSince: null },
  ...{ error: null, runner: null, holdsSlot: false, progress: { current: 0, total: 0, passed: 0, failed: 0 } },
};

function waitingWorker({ id, specId, projectId, specTitle, addedBy: startedBy, wait }: QueueItem): WorkerInfo {
  return { ...NOT_BEGUN, id, specId, projectId, specTitle, status: 'idle', runStatus: 'queued', costMicros: null, startedBy, wait };
}

/** @param state what the run says itself; null: it says nothing any more, D1 alone knows. */
function restingWorker(row: RunRow, state: RunState | null): WorkerInfo {
  const { id, specId, projectId, specTitle, activeMs, costMicros } = row;
  const { currentChunkId = null, currentChunkTitle = null } = state ? newsOf(state) : {};
  const known = row.startedBy === null ? null : { id: '', name: row.startedBy };
  const runStatus = row.status as RunStatus;
  return {
    ...NOT_BEGUN,
    ...{ id, specId, projectId, specTitle, status: workerStatus(runStatus), runStatus, activeMs, costMicros, wait: null },
    ...{ currentChunkId, currentChunkTitle },
    progress: { current: row.progressCurrent, total: row.progressTotal, passed: row.progressPassed, failed: row.progressFailed },
    startedAt: state === null ? row.createdAt : state.startedAt,
    error: row.reasonCode ? { code: row.reasonCode, message: row.reasonMessage ?? '' } : null,
    startedBy: state === null ? known : state.startedBy,
  };
}
