import type { CommandOf } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import type { DispatchState } from './dispatch-state.ts';
import type { KnownRunner } from './runner-state.ts';

export function decideSetRunner(state: DispatchState, { settings }: CommandOf<'set_runner'>): DispatchEvent[] {
  const before = state.settings[settings.runnerId];
  return JSON.stringify(before) === JSON.stringify(settings) ? [] : [{ kind: 'runner_set', settings }];
}

/** It is forgotten; what it was offered is shown to others; every live run hears that it is gone. */
export function decideRevoke(state: DispatchState, { runnerId, now }: CommandOf<'revoke_runner'>): DispatchEvent[] {
  const untold = Object.keys(state.runs);
  const ending: DispatchEvent[] = untold.length === 0 ? [] : [{ kind: 'ending_opened', id: runnerId, of: 'runner', untold }];
  return [{ kind: 'runner_revoked', runnerId }, ...ending, ...shownAgain(state, runnerId, now)];
}

/** A new life: messages that an ended life of this runner held are shown again, and every live run hears of the ended ones. */
export function decideAnnounce(state: DispatchState, command: CommandOf<'announce'>): DispatchEvent[] {
  const { runnerId, life, now } = command;
  const untold = Object.keys(state.runs);
  const ended = life.endedLives.filter((id) => id !== life.lifeId);
  const endings =
    untold.length === 0 ? [] : ended.map((id): DispatchEvent => ({ kind: 'ending_opened', id, of: 'life', by: runnerId, untold }));
  const shown = ended.length === 0 ? [] : shownAgain(state, runnerId, now);
  return [{ kind: 'runner_announced', runner: announced(command) }, ...endings, ...shown];
}

function announced({ runnerId, runnerName, life, now }: CommandOf<'announce'>): KnownRunner {
  const { wire, lifeId, version, slots, found, repositories = null, agents = [], accounts = [], load = null } = life;
  const told = { wire, lifeId, version, slots, found, repositories, agents, accounts, load };
  return { runnerId, name: runnerName, ...told, faults: [], breakers: [], faultsInRow: 0, draining: false, lastSeenAt: now, goneAt: null };
}

/** What a machine tells of itself replaces what it told before. */
export function decideReport(state: DispatchState, { runnerId, report, now }: CommandOf<'report'>): DispatchEvent[] {
  if (!state.runners[runnerId]) return [];
  const { load, draining, repositories } = report;
  const faults = report.faults.map(({ kind, message, forMs }) => ({ kind, message, since: Math.round(now - forMs) }));
  const links = repositories === undefined ? {} : { repositories };
  return [{ kind: 'runner_told', runnerId, told: { load, draining, faults, ...links, lastSeenAt: now, goneAt: null } }];
}

/** A person says that it is mended: it may try again, and tells anew what it finds. */
export function decideCheck(state: DispatchState, { runnerId }: CommandOf<'check_runner'>): DispatchEvent[] {
  const runner = state.runners[runnerId];
  const isClean = !runner || (runner.faults.length === 0 && runner.breakers.length === 0 && runner.faultsInRow === 0);
  return isClean ? [] : [{ kind: 'runner_told', runnerId, told: { faults: [], breakers: [], faultsInRow: 0 } }];
}

/** Its doorbell closed: it counts as gone until it is heard again. */
export function decideSilent(state: DispatchState, { runnerId, now }: CommandOf<'silent'>): DispatchEvent[] {
  return state.runners[runnerId] ? [{ kind: 'runner_told', runnerId, told: { goneAt: now } }] : [];
}

function shownAgain(state: DispatchState, runnerId: string, now: number): DispatchEvent[] {
  const held = Object.values(state.entries).filter((entry) => entry.heldBy === runnerId);
  return held.map((entry): DispatchEvent => ({ kind: 'entry_shown', runId: entry.runId, visibleAt: now }));
}
