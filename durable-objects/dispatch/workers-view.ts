import type { RunNews } from '@specwright/protocol/run-news.ts';
import { isAtRest, type RunStatus } from '@specwright/protocol/run-state.ts';
import type { QueueItem, QueueUpdate, QueueWait, WorkerInfo, WorkerStatus } from '@specwright/protocol/workers-api.ts';
import { type DispatchState, isQueued, type LiveRun, lineOf } from './dispatch-state.ts';
import { queueOf } from './order.ts';
import { countSlots, organisationMax } from './slots.ts';
import { quotaWait } from './waiting.ts';

/** Every worker and every queue, as of one moment. */
export interface WorkersView {
  workers: WorkerInfo[];
  queues: QueueView[];
  organisation: { active: number; max: number };
}

/** One project's queue. */
export type QueueView = Omit<QueueUpdate, 'by'>;

/** @param wait why each run has no machine: see waits. */
export function workersView(state: DispatchState, wait: Map<string, QueueWait>): WorkersView {
  const runs = Object.values(state.runs).sort((a, b) => a.addedAt - b.addedAt);
  const ids = new Set([...Object.keys(state.projects), ...runs.map((run) => run.projectId)]);
  const open = [...ids].filter((id) => !lineOf(state, id).gone);
  return {
    workers: runs.filter(isWorker).map((run) => workerOf(run, run.news, wait.get(run.runId) ?? null)),
    queues: open.map((projectId) => queueView(state, projectId, wait)),
    organisation: { active: runs.filter((run) => run.slot).length, max: organisationMax(state) },
  };
}

export function isWorker(run: LiveRun): boolean {
  return !isQueued(run) && run.removal === null && (run.news === null || !isAtRest(run.news));
}

export function queueView(state: DispatchState, projectId: string, wait: Map<string, QueueWait>): QueueView {
  const { maxActive: max, paused } = lineOf(state, projectId);
  const items = queueOf(state, projectId).flatMap((run, at): QueueItem[] => {
    const why = wait.get(run.runId);
    const { runId: id, specId, specTitle, priority, byHand: moved, addedAt, addedBy } = run;
    return why ? [{ id, specId, projectId, specTitle, priority, position: at + 1, moved, addedAt, addedBy, wait: why }] : [];
  });
  return { projectId, active: countSlots(state).taken(projectId), max, organisationMax: organisationMax(state), paused, items };
}

/** A run as people know a worker. @param news its newest word; null: it has not spoken yet. */
export function workerOf(run: LiveRun, news: RunNews | null, wait: QueueWait | null): WorkerInfo {
  const { runId: id, specId, projectId, specTitle, addedBy: startedBy, slot: holdsSlot } = run;
  const runStatus = news?.status ?? 'queued';
  return {
    ...{ id, specId, projectId, specTitle, status: workerStatus(runStatus), runStatus, startedBy, holdsSlot },
    ...{ currentChunkId: news?.currentChunkId ?? null, currentChunkTitle: news?.currentChunkTitle ?? null },
    ...{ currentStep: news?.currentStep ?? null, progress: news?.progress ?? { current: 0, total: 0, passed: 0, failed: 0 } },
    ...{ startedAt: news?.startedAt ?? null, activeMs: news?.activeMs ?? 0, activeSince: news?.activeSince ?? null },
    ...{ error: news?.reason ?? null, runner: news?.runner ?? null, costMicros: news?.costMicros ?? null },
    wait: runStatus === 'queued' ? wait : quotaOf(news),
  };
}

/** A run that waits for its provider says until when. */
function quotaOf(news: RunNews | null): QueueWait | null {
  const untilAt = news?.status === 'waiting' && news.reason?.code === 'PROVIDER_LIMIT' ? (news.untilAt ?? null) : null;
  return untilAt === null ? null : quotaWait(untilAt);
}

/** A stopped run is a failed worker: its `runStatus` says cancelled. */
export function workerStatus(status: RunStatus): WorkerStatus {
  if (status === 'queued') return 'idle';
  if (status === 'paused' || status === 'waiting') return 'paused';
  if (status === 'completed') return 'completed';
  return status === 'failed' || status === 'cancelled' ? 'failed' : 'running';
}
