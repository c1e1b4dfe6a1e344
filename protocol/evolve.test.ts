import { describe, expect, it } from 'vitest';
import stored from './evolve/golden-1.json' with { type: 'json' };
import { upcast } from './evolve/upcast.ts';
import { BrokenLogError, evolve, foldRun } from './evolve.ts';
import type { StoredEvent } from './run-event.ts';
import { RUN_STATE_VERSION, type RunState } from './run-state.ts';

interface Golden {
  events: StoredEvent[];
  state: RunState;
}

// Logs as version 1 stored them. They are never written anew: a fold that changes its mind about them needs another RUN_STATE_VERSION.
const golden = (stored as unknown as Golden[]).map(({ events, state }) => ({ events, state: { ...state, version: RUN_STATE_VERSION } }));

describe('folding', () => {
  it.each(golden.map((log, at) => [at, log] as const))('golden log %i gives the state that it gave', (_at, { events, state }) => {
    expect(foldRun(events)).toEqual(state);
  });

  it('changes nothing of the state it was given, and shares what the event leaves alone', () => {
    for (const { events } of golden) {
      let state: RunState | null = null;
      for (const event of events) {
        const before = JSON.stringify(state);
        const next: RunState = evolve(state, event);
        expect(JSON.stringify(state)).toBe(before);
        if (event.kind === 'facts_received') expect(next.items).toBe(state?.items);
        state = next;
      }
    }
  });

  it('goes on from any state in the middle', () => {
    const [{ events, state } = { events: [], state: null }] = golden;
    for (const cut of [1, 10, 50]) expect(foldRun(events.slice(cut), foldRun(events.slice(0, cut)))).toEqual(state);
  });

  it('passes over an event that it has', () => {
    const [{ events } = { events: [] }] = golden;
    const state = foldRun(events);
    expect(foldRun(events.slice(-5), state)).toBe(state);
  });

  it('refuses a log with a gap, and one that does not begin at the beginning', () => {
    const [{ events } = { events: [] }] = golden;
    expect(() => foldRun(events.toSpliced(3, 1))).toThrow(BrokenLogError);
    expect(() => foldRun(events.slice(1))).toThrow(BrokenLogError);
  });
});

describe('an old event', () => {
  const old = { kind: 'noticed', jobId: null, level: 'info', message: 'x', seq: 2, at: 1, v: 0 } as StoredEvent;
  it('is lifted step by step to the version of today', () => {
    const lift = (event: StoredEvent) => ({ ...event, message: 'lifted' }) as StoredEvent;
    expect(upcast(old, { 0: lift }, 1)).toMatchObject({ message: 'lifted', v: 1 });
  });
  it('that nobody can lift is an error', () => expect(() => upcast(old, {}, 1)).toThrow('no upcaster'));
});
