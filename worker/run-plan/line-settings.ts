import type { ProjectSettings as LineSettings } from '@specwright/durable-objects/dispatch/dispatch-state.ts';
import type { Project } from '@specwright/protocol/api.ts';
import { maxActiveOf, type WorkerEnv } from '../environment.ts';

/** What dispatch is to know of a project: said with every start, and at once when it changes. */
export function lineSettings(env: WorkerEnv, { settings, archivedAt }: Pick<Project, 'settings' | 'archivedAt'>): LineSettings {
  const minutes = settings.pausedSlotMinutes ?? null;
  return {
    maxActive: settings.maxActive ?? maxActiveOf(env),
    fairSharing: settings.fairSharing ?? false,
    pausedSlotMs: minutes === null ? null : minutes * 60_000,
    archived: archivedAt !== null,
  };
}
