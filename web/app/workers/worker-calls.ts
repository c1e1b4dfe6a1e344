import type { Call } from '../server/api.ts';

const at = (path: string, id: string) => `/api/${path}/${encodeURIComponent(id)}`;

export const stopWorker = (runId: string): Call => ({ method: 'DELETE', path: at('workers', runId) });
export const pauseWorker = (runId: string): Call => ({ method: 'POST', path: `${at('workers', runId)}/pause` });
export const resumeWorker = (runId: string): Call => ({ method: 'POST', path: `${at('workers', runId)}/resume` });
export const stopAll = (): Call => ({ method: 'POST', path: '/api/workers/stop-all', body: {} });
export const pauseAll = (): Call => ({ method: 'POST', path: '/api/workers/pause-all', body: {} });

/** Of the whole organisation. */
export const setLimit = (maxActive: number): Call => ({ method: 'PUT', path: '/api/queue/limit', body: { maxActive } });

/** Begins where a slot is free, else queues. The key makes a doubled click one run. @param priority null: the project's default */
export function queueSpec(specId: string, priority: number | null): Call {
  const body = { specId, ...(priority === null ? {} : { priority }) };
  return { method: 'POST', path: '/api/queue', body, headers: { 'idempotency-key': crypto.randomUUID() } };
}

export const removeEntry = (runId: string): Call => ({ method: 'DELETE', path: at('queue', runId) });
export const prioritise = (runId: string, priority: number): Call => ({ method: 'PATCH', path: at('queue', runId), body: { priority } });

/** Right before or right after another entry of the same queue. */
export function moveEntry(id: string, place: { before: string } | { after: string }): Call {
  return { method: 'POST', path: '/api/queue/reorder', body: { id, ...place } };
}

export function pauseQueue(projectId: string, paused: boolean): Call {
  return { method: 'POST', path: `/api/queue/${paused ? 'pause' : 'resume'}`, body: { projectId } };
}
