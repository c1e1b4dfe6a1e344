import { workerStatus } from '@specwright/durable-objects/dispatch/workers-view.ts';
import type { RunStatus } from '@specwright/protocol/run-state.ts';
import type { QueueItem, WorkerInfo } from '@specwright/protocol/workers-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { findRun, type RunRow } from '../store/runs.ts';
import { seenWorkers } from './workers-page.ts';

/** A worker of this id: at work, waiting in the queue, or at rest as D1 has it. The guard has looked whether the caller sees it. */
export async function oneWorker(env: WorkerEnv, caller: Caller, runId: string): Promise<WorkerInfo | null> {
  const { workers, queue } = await seenWorkers(env, caller);
  const working = workers.find((worker) => worker.id === runId);
  if (working) return working;
  const waiting = queue.find((item) => item.id === runId);
  if (waiting) return waitingWorker(waiting);
  const row = await findRun(env.DB, caller.organisationId, runId);
  return row && restingWorker(row);
}

const NOT_BEGUN = {
  ...{ currentChunkId: null, currentChunkTitle: null, currentStep: null, startedAt: null, activeMs: 0, activeSince: null },
  ...{ error: null, runner: null, holdsSlot: false, progress: { current: 0, total: 0, passed: 0, failed: 0 } },
};

function waitingWorker({ id, specId, projectId, specTitle, addedBy: startedBy, wait }: QueueItem): WorkerInfo {
  return { ...NOT_BEGUN, id, specId, projectId, specTitle, status: 'idle', runStatus: 'queued', costMicros: null, startedBy, wait };
}

function restingWorker(row: RunRow): WorkerInfo {
  const { id, specId, projectId, specTitle, activeMs, costMicros, startedBy } = row;
  const runStatus = row.status as RunStatus;
  return {
    ...NOT_BEGUN,
    ...{ id, specId, projectId, specTitle, status: workerStatus(runStatus), runStatus, activeMs, costMicros, wait: null },
    progress: { current: row.progressCurrent, total: row.progressTotal, passed: row.progressPassed, failed: row.progressFailed },
    startedAt: row.createdAt,
    error: row.reasonCode ? { code: row.reasonCode, message: row.reasonMessage ?? '' } : null,
    startedBy: startedBy === null ? null : { id: '', name: startedBy },
  };
}
