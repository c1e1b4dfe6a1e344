import type { CommandOf } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, isQueued, lineOf, type ProjectSettings } from './dispatch-state.ts';
import { placesOf } from './manual-order.ts';
import { organisationMax } from './slots.ts';

export function decideSetProject(state: DispatchState, { projectId, settings }: CommandOf<'set_project'>): DispatchEvent[] {
  return changeOfLine(state, projectId, settings);
}

/** Nothing when the line is as it should be. */
export function changeOfLine(state: DispatchState, projectId: string, settings: ProjectSettings): DispatchEvent[] {
  const line = state.projects[projectId];
  const names = Object.keys(settings) as (keyof ProjectSettings)[];
  return line && names.every((name) => line[name] === settings[name]) ? [] : [{ kind: 'line_set', projectId, change: settings }];
}

/** Nothing new is begun; what works goes on. */
export function decidePause(state: DispatchState, { projectId, paused, by, now }: CommandOf<'pause_project'>): DispatchEvent[] {
  const line = lineOf(state, projectId);
  if ((line.paused !== null) === paused) return [];
  return [{ kind: 'line_set', projectId, change: { paused: paused ? { by, at: now } : null } }];
}

/** The project is being deleted: nothing of it is offered any more, and nothing is begun. */
export function decideClose(state: DispatchState, { projectId }: CommandOf<'close_project'>): DispatchEvent[] {
  const entries = Object.values(state.entries).filter((entry) => state.runs[entry.runId]?.projectId === projectId);
  const removed = entries.map(({ runId }): DispatchEvent => ({ kind: 'entry_removed', runId }));
  return [{ kind: 'line_set', projectId, change: { gone: true } }, ...removed];
}

export function decideOrganisation(state: DispatchState, { maxActive }: CommandOf<'set_organisation'>): DispatchEvent[] {
  return organisationMax(state) === maxActive ? [] : [{ kind: 'organisation_set', maxActive }];
}

/** Two people's moves at once are two moves, one after the other: both end with the order of the second. */
export function decideReorder(state: DispatchState, command: CommandOf<'reorder'>): DispatchEvent[] {
  const places = placesOf(state, command);
  return places === null ? [] : [{ kind: 'order_set', places }];
}

/** A new priority is a new place: one given by hand is over. */
export function decidePrioritise(state: DispatchState, { runId, priority }: CommandOf<'prioritise'>): DispatchEvent[] {
  const run = state.runs[runId];
  return run && isQueued(run) ? [{ kind: 'priority_set', runId, priority }] : [];
}

/** Only what was not begun: from here on no runner can have it. */
export function decideRemove(state: DispatchState, { runId, by }: CommandOf<'remove'>): DispatchEvent[] {
  const run = state.runs[runId];
  return run && isQueued(run) ? [{ kind: 'removal_began', runId, removal: { actor: by } }] : [];
}
