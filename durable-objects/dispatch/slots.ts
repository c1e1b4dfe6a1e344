import { type DispatchState, lineOf } from './dispatch-state.ts';

/** How many runs of an organisation may be at work at once, until somebody sets it. */
export const ORGANISATION_MAX = 20;

/** Counts slots while they are given out. */
export interface SlotCount {
  /** A run of this project may take one more slot. */
  hasRoom(projectId: string): boolean;
  take(projectId: string): void;
  /** Whose limit is reached; null: there is room. */
  full(projectId: string): { of: 'project' | 'organisation'; max: number } | null;
  taken(projectId: string): number;
}

export function countSlots(state: DispatchState): SlotCount {
  const byProject = new Map<string, number>();
  const most = organisationMax(state);
  let all = 0;
  const taken = (projectId: string) => byProject.get(projectId) ?? 0;
  const take = (projectId: string) => {
    byProject.set(projectId, taken(projectId) + 1);
    all += 1;
  };
  for (const run of Object.values(state.runs)) if (run.slot) take(run.projectId);
  const full: SlotCount['full'] = (projectId) => {
    const { maxActive } = lineOf(state, projectId);
    if (taken(projectId) >= maxActive) return { of: 'project', max: maxActive };
    return all >= most ? { of: 'organisation', max: most } : null;
  };
  return { hasRoom: (projectId) => full(projectId) === null, take, full, taken };
}

export function organisationMax(state: DispatchState): number {
  return state.organisation.all?.maxActive ?? ORGANISATION_MAX;
}
