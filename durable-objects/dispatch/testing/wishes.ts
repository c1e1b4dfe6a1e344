import type { AnnounceLife, MachineNeed } from '@specwright/protocol/pull.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import { decide } from '../decide.ts';
import type { DispatchCommand } from '../dispatch-command.ts';
import { type DispatchState, EMPTY_DISPATCH, type ProjectSettings } from '../dispatch-state.ts';
import { evolve } from '../evolve.ts';
import { offered } from '../offer.ts';
import { entriesInOrder, queueOf } from '../order.ts';
import type { RunnerSettings } from '../runner-state.ts';
import { waits } from '../waiting.ts';

const LIFE: AnnounceLife = { wire: 1, lifeId: 'life-1', endedLives: [], version: '1', slots: 4, found: [] };

/** Folds commands, each a second after the one before. */
export function after(...commands: Wish[]): DispatchState {
  return commands.reduce<DispatchState>(
    (state, command, i) => decide(state, { ...command, now: i * 1000 } as DispatchCommand).reduce(evolve, state),
    EMPTY_DISPATCH,
  );
}
export type Wish = DispatchCommand extends infer C ? (C extends DispatchCommand ? Omit<C, 'now'> : never) : never;

const LINE: ProjectSettings = { maxActive: 2, fairSharing: false, pausedSlotMs: null, archived: false };
export const register = (runId: string, maxActive = 2, more: Partial<Extract<Wish, { kind: 'register' }>> = {}): Wish => {
  const run = { runId, projectId: 'p', specId: `spec of ${runId}`, specTitle: runId, addedBy: null, priority: 0, reopened: false };
  return { kind: 'register', ...run, line: { ...LINE, maxActive }, ...more };
};
export const left = (runId: string): Wish => ({ kind: 'left', runId, news: null });
export const enqueue = (runId: string, needs: Partial<MachineNeed['needs']> = {}, more: Partial<MachineNeed> = {}): Wish => {
  const all = { repository: 'r', repositoryKey: 'key', executor: null, labels: [], account: null, ...needs };
  const need = { organisationId: 'o', projectId: 'p', runId, startedBy: 'ann', askedAt: 0, needs: all, begin: null, broke: null, ...more };
  return { kind: 'enqueue', need, messageId: `message of ${runId}` };
};
export const pull = (batchSize: number, runnerId = 'runner'): Wish => {
  const leaseIds = Array.from({ length: batchSize }, (_, i) => `lease ${runnerId} ${i}`);
  return { kind: 'pull', runnerId, batchSize, visibilityMs: 5_000, leaseIds, isHeard: false };
};
export const announce = (life: Partial<AnnounceLife> = {}, runnerId = 'runner'): Wish => {
  return { kind: 'announce', runnerId, runnerName: runnerId, life: { ...LIFE, ...life } };
};
export const settings = (change: Partial<RunnerSettings> = {}): Wish => {
  const flags = { paused: false, draining: false, note: null };
  const runner = { runnerId: 'runner', name: 'mac', ownerId: 'ann', labels: [], sharing: 'owner' as const, projectIds: [], ...flags };
  return { kind: 'set_runner', settings: { ...runner, ...change } };
};
export const both = (runnerId: string): Wish[] => [settings({ runnerId }), announce({}, runnerId)];
export const known = [settings(), announce()] as const;
export const ack = (...acks: string[]): Wish => ({ kind: 'ack', acks, retries: [] });

export const shown = (state: DispatchState, now: number) => offered(state, now).map((entry) => entry.runId);
export const held = (state: DispatchState) =>
  entriesInOrder(state)
    .filter((entry) => entry.leaseId)
    .map((entry) => entry.runId);
export const withSlot = (state: DispatchState) =>
  Object.values(state.runs)
    .filter((run) => run.slot)
    .map((run) => run.runId);
export function reason(state: DispatchState, runId: string, now = 100_000, online = ['runner']): string {
  return waits(state, now, new Set(online)).get(runId)?.message ?? '';
}

export const queue = (state: DispatchState, projectId = 'p') => queueOf(state, projectId).map((run) => run.runId);
export const news = (runId: string, change: Partial<RunNews> = {}): Wish => {
  const nothing = { reason: null, currentChunkId: null, currentChunkTitle: null, currentStep: null, startedAt: null, activeMs: 0 };
  const progress = { current: 0, total: 0, passed: 0, failed: 0 };
  const more = { activeSince: null, costMicros: null, runner: null, quota: null, lastJob: null, progress, ...nothing };
  return { kind: 'news', news: { runId, seq: 1, at: 1, status: 'queued', ...more, ...change } };
};
