import { describe, expect, it } from 'vitest';
import { after, announce, enqueue, held, known, pull, reason, register, settings, type Wish } from './testing/wishes.ts';
import { waits } from './waiting.ts';

const MESSAGE = '3 faults in a row, the last: git broke';
const gaveBack = (code: string): Wish => {
  const broke = { runnerId: 'runner', fence: 1, code, message: MESSAGE, agent: null };
  return { kind: 'enqueue', need: { ...needOf('a'), askedAt: 5, broke }, messageId: 'again' };
};
const needOf = (runId: string) => (enqueue(runId) as Extract<Wish, { kind: 'enqueue' }>).need;
const other = [settings({ runnerId: 'other', name: 'other' }), announce({}, 'other')];
const broken: Wish[] = [...known, register('a'), enqueue('a'), gaveBack('MACHINE_FAULTS')];

describe('a machine that gave a run back after three faults in a row', () => {
  it('is offered nothing, and the sentence says which one and why, for who may say "check again"', () => {
    const state = after(...broken, register('b'), enqueue('b'), pull(4));
    expect(held(state)).toEqual([]);
    for (const runId of ['a', 'b']) expect(reason(state, runId)).toBe(`mac cannot do it: ${MESSAGE}.`);
    const wait = waits(state, 100_000, new Set(['runner'])).get('a');
    expect(wait).toMatchObject({ code: 'fault', machines: [{ id: 'runner', name: 'mac', ownerId: 'ann' }] });
  });

  it('leaves the run to another that can do it', () => {
    expect(held(after(...broken, ...other, pull(4, 'other')))).toEqual(['a']);
  });

  it('is offered work again once a person says so', () => {
    expect(held(after(...broken, { kind: 'check_runner', runnerId: 'runner' }, pull(4)))).toEqual(['a']);
  });
});

it('a machine that holds itself back is waited for: nobody needs to mend it', () => {
  const faults = [{ kind: 'machine', message: 'It is busy: 9.0 processes wait for each core.', forMs: 0 }];
  const report = { load: null, draining: false, faults };
  const state = after(...known, register('a'), enqueue('a'), { kind: 'report', runnerId: 'runner', report });
  expect(reason(state, 'a')).toBe('Waiting for mac. It is busy: 9.0 processes wait for each core.');
  expect(waits(state, 100_000, new Set(['runner'])).get('a')?.machines).toEqual([]);
});
