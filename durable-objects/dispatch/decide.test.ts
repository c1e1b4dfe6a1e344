import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import { describe, expect, it } from 'vitest';
import { type DispatchCommand, decide } from './decide.ts';
import { type DispatchState, EMPTY_DISPATCH, inOrder, shownEntries, waitReason } from './dispatch-state.ts';
import { evolve } from './evolve.ts';

const LIFE: AnnounceLife = { wire: 1, lifeId: 'life-1', endedLives: [], version: '1', slots: 4, found: [] };

/** Folds commands, each a second after the one before. */
function after(...commands: Wish[]): DispatchState {
  return commands.reduce<DispatchState>(
    (state, command, i) => decide(state, { ...command, now: i * 1000 }).reduce(evolve, state),
    EMPTY_DISPATCH,
  );
}
type Wish = DispatchCommand extends infer C ? (C extends DispatchCommand ? Omit<C, 'now'> : never) : never;

const register = (runId: string, maxActive = 2, projectId = 'p'): Wish => {
  return { kind: 'register', runId, projectId, specId: `spec of ${runId}`, maxActive, reopened: false };
};
const enqueue = (runId: string): Wish => {
  const need = { organisationId: 'o', projectId: 'p', runId, needs: { repository: 'r' } };
  return { kind: 'enqueue', need, messageId: `message of ${runId}` };
};
const pull = (batchSize: number, runnerId = 'runner'): Wish => {
  const leaseIds = Array.from({ length: batchSize }, (_, i) => `lease ${runnerId} ${i}`);
  return { kind: 'pull', runnerId, batchSize, visibilityMs: 5_000, leaseIds };
};
const announce = (life: Partial<AnnounceLife> = {}): Wish => {
  return { kind: 'announce', runnerId: 'runner', runnerName: 'Runner', life: { ...LIFE, ...life } };
};
const shown = (state: DispatchState, now: number) => shownEntries(state, now).map((entry) => entry.runId);
const held = (state: DispatchState) =>
  inOrder(state)
    .filter((entry) => entry.leaseId)
    .map((entry) => entry.runId);

describe('slots', () => {
  it('are given to the oldest needs, up to the project’s limit; the others wait with the reason', () => {
    const state = after(register('a'), register('b'), register('c'), enqueue('b'), enqueue('a'), enqueue('c'));
    expect(shown(state, 10_000)).toEqual(['b', 'a']);
    const waiting = state.entries.c;
    expect(waiting && waitReason(state, waiting)).toContain('All 2 worker slots');
  });

  it('go to the next need when a run rests', () => {
    const state = after(register('a', 1), register('b', 1), enqueue('a'), enqueue('b'), { kind: 'left', runId: 'a' });
    expect(shown(state, 10_000)).toEqual(['b']);
  });

  it('are counted per project', () => {
    const state = after(register('a', 1), register('b', 1, 'q'), enqueue('a'), enqueue('b'));
    expect(shown(state, 10_000)).toEqual(['a', 'b']);
  });

  it('are kept by a run that has its machine, and taken up at once when the limit is raised', () => {
    const taken: Wish = { kind: 'ack', acks: ['lease runner 0'], retries: [] };
    const before = [register('a', 1), register('b', 1), enqueue('a'), enqueue('b'), pull(1), taken];
    expect(shown(after(...before), 10_000)).toEqual([]);
    expect(shown(after(...before, register('b', 2)), 10_000)).toEqual(['b']);
  });
});

describe('messages', () => {
  const two = [register('a'), register('b'), enqueue('a'), enqueue('b')] as const;

  it('are given oldest first, and hidden for 5 s', () => {
    const state = after(...two, pull(1));
    expect(held(state)).toEqual(['a']);
    expect(shown(state, 8_999)).toEqual(['b']);
    expect(shown(state, 9_000)).toEqual(['a', 'b']);
  });

  it('are not given beyond what a runner advertises, whatever it asks for', () => {
    const state = after(announce({ slots: 1 }), ...two, pull(5));
    expect(held(state)).toEqual(['a']);
    expect(held(after(announce({ slots: 1 }), ...two, pull(5), pull(5)))).toEqual(['a']);
  });

  it('are gone when they are acknowledged; an acknowledgement of an older lease changes nothing', () => {
    expect(inOrder(after(...two, pull(2), { kind: 'ack', acks: ['lease runner 0'], retries: [] })).map((entry) => entry.runId)).toEqual([
      'b',
    ]);
    const again = after(...two, pull(2), enqueue('a'), { kind: 'ack', acks: ['lease runner 0'], retries: [] });
    expect(shown(again, 10_000)).toContain('a');
  });

  it('are one per run: asking again updates, keeps the place, and shows it at once', () => {
    const state = after(...two, pull(1), enqueue('a'));
    expect(inOrder(state).map((entry) => entry.runId)).toEqual(['a', 'b']);
    expect(shown(state, 5_000)).toEqual(['a', 'b']);
  });

  it('are shown again after a retry’s delay', () => {
    const state = after(...two, pull(1), { kind: 'ack', acks: [], retries: [{ leaseId: 'lease runner 0', delayMs: 2_000 }] });
    expect(shown(state, 6_999)).toEqual(['b']);
    expect(shown(state, 7_000)).toEqual(['a', 'b']);
  });

  it('are withdrawn when a run stops', () => {
    expect(shown(after(...two, { kind: 'withdraw', runId: 'a' }), 10_000)).toEqual(['b']);
  });

  it('of a run that is not known here are dropped', () => {
    expect(inOrder(after(enqueue('x')))).toEqual([]);
  });
});

describe('lives', () => {
  it('that end are told to every run, and what they held is shown again', () => {
    const state = after(register('a'), enqueue('a'), announce(), pull(1), announce({ lifeId: 'life-2', endedLives: ['life-1'] }));
    expect(state.endings).toEqual({ 'life-1': { lifeId: 'life-1', untold: ['a'] } });
    expect(shown(state, 4_000)).toEqual(['a']);
    expect(state.runners.runner?.lifeId).toBe('life-2');
  });

  it('that end are forgotten when all were told', () => {
    const ended = [register('a'), register('b'), announce({ lifeId: 'life-2', endedLives: ['life-1'] })] as const;
    const told = [{ kind: 'told', lifeId: 'life-1', runId: 'a' } as const, { kind: 'told', lifeId: 'life-1', runId: 'b' } as const];
    expect(after(...ended, told[0] as Wish).endings).toEqual({ 'life-1': { lifeId: 'life-1', untold: ['b'] } });
    expect(after(...ended, ...told).endings).toEqual({});
  });
});
