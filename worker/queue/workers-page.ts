import { dispatchPort } from '@specwright/durable-objects/dispatch/dispatch-port.ts';
import type { WorkersView } from '@specwright/durable-objects/dispatch/workers-view.ts';
import type { ProjectSlots, QueueItem, WorkerInfo, WorkersPage } from '@specwright/protocol/workers-api.ts';
import type { Caller } from '../door/app-types.ts';
import type { WorkerEnv } from '../environment.ts';
import { lineSettings } from '../run-plan/line-settings.ts';
import { listProjectLines, type ProjectRow } from '../store/project-lines.ts';

/** What the caller sees of the organisation's workers and queues: projects that are closed to them are left out. */
export interface Seen {
  workers: WorkerInfo[];
  queue: QueueItem[];
  projects: ProjectSlots[];
  organisation: WorkersView['organisation'];
}

/** @param projectId only this one; the caller must be allowed to see it. */
export async function seenWorkers(env: WorkerEnv, caller: Caller, projectId?: string): Promise<Seen> {
  const [view, rows] = await Promise.all([dispatchPort(env, caller.organisationId).workers(), listProjectLines(env.DB, caller)]);
  const shown = rows.filter((row) => projectId === undefined || row.id === projectId);
  const ids = new Set(shown.map((row) => row.id));
  const queues = new Map(view.queues.map((queue) => [queue.projectId, queue]));
  return {
    workers: view.workers.filter((worker) => ids.has(worker.projectId)),
    queue: shown.flatMap((row) => queues.get(row.id)?.items ?? []),
    projects: shown.map((row) => slotsOf(env, row, queues.get(row.id))),
    organisation: view.organisation,
  };
}

export function workersPage({ workers, projects, organisation }: Seen): WorkersPage {
  const active = projects.reduce((sum, project) => sum + project.active, 0);
  const allowed = projects.reduce((sum, project) => sum + project.max, 0);
  const max = Math.min(allowed, organisation.max);
  const warning = organisation.active >= organisation.max ? full(organisation.active, organisation.max) : fullOrNull(active, max);
  return { items: workers, nextCursor: null, active, max, warning, projects, organisationMax: organisation.max };
}

/** What a start in this project will meet. */
export function warningOf({ projects, organisation }: Seen, projectId: string): string | null {
  if (organisation.active >= organisation.max) return full(organisation.active, organisation.max);
  return projects.find((project) => project.projectId === projectId)?.warning ?? null;
}

function slotsOf(env: WorkerEnv, row: ProjectRow, queue: WorkersView['queues'][number] | undefined): ProjectSlots {
  const { maxActive: max, fairSharing } = lineSettings(env, row);
  const active = queue?.active ?? 0;
  const paused = queue?.paused ?? null;
  return { projectId: row.id, projectName: row.name, active, max, fairSharing, paused, warning: fullOrNull(active, max) };
}

function fullOrNull(active: number, max: number): string | null {
  return max > 0 && active >= max ? full(active, max) : null;
}

function full(active: number, max: number): string {
  return `All worker slots in use (${active}/${max}). New specs will be queued.`;
}
