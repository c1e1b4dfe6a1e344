import type { Errand, ErrandAnswer } from '@specwright/protocol/errand.ts';
import { repositorySchema } from '@specwright/protocol/run-plan.ts';
import { ERRAND_WIRE } from '@specwright/protocol/wire-version.ts';
import { describe, expect, it } from 'vitest';
import type { DispatchState } from './dispatch-state.ts';
import { type ErrandNeed, machineForErrand } from './errand-machine.ts';
import { Errands } from './errands.ts';
import { after, announce, settings } from './testing/wishes.ts';

const NEED: ErrandNeed = { projectId: 'p', repositoryKey: 'key', labels: [], startedBy: 'ann' };
const LIFE = { wire: ERRAND_WIRE, repositories: [{ key: 'key', name: 'r' }] };
const pick = (state: DispatchState, need: Partial<ErrandNeed> = {}, rung = ['a', 'b']) =>
  machineForErrand(state, { ...NEED, ...need }, { now: 10_000, rung: new Set(rung) });
const machine = (runnerId: string, life = {}, its = {}) => [
  settings({ runnerId, name: runnerId, ...its }),
  announce({ ...LIFE, ...life }, runnerId),
];

describe('who is asked', () => {
  it('is a machine whose bell rings, which serves the repository and may be used', () => {
    const state = after(...machine('a'), ...machine('b'));
    expect(pick(state)).toEqual({ runnerId: 'a', name: 'a' });
    expect(pick(state, {}, ['b'])).toEqual({ runnerId: 'b', name: 'b' });
  });

  it('is one that is paused or full only when no other is there: reading is no work', () => {
    const state = after(...machine('a', {}, { paused: true }), ...machine('b'));
    expect(pick(state)).toMatchObject({ runnerId: 'b' });
    expect(pick(state, {}, ['a'])).toMatchObject({ runnerId: 'a' });
  });

  it.each([
    ['no machine at all', after(), {}, /No machine is connected yet/],
    ['another owner’s', after(...machine('a')), { startedBy: 'bob' }, /shared with this project or with you/],
    ['another repository', after(...machine('a')), { repositoryKey: 'other' }, /specwright runner link DIR/],
    ['a label', after(...machine('a')), { labels: ['gpu'] }, /labels that the project asks for/],
    ['asleep', after(...machine('c')), {}, /^c is not online\. Start the runner there/],
    ['of an older version', after(...machine('a', { wire: ERRAND_WIRE - 1 })), {}, /^a is of an older version\. Update/],
  ])('is nobody, with a sentence: %s', (_, state, need, message) => {
    expect(pick(state, need)).toEqual({ message: expect.stringMatching(message) });
  });
});

describe('an errand', () => {
  const errand = (id: string): Errand => {
    const repository = repositorySchema.parse({ kind: 'path', path: '/r', defaultBranch: null });
    return { id, kind: 'task_file', repository, path: 'tasks.md' };
  };
  const ANSWER: ErrandAnswer = { kind: 'task_file', path: 'tasks.md', text: '', beside: [] };
  const said: [string, string][] = [];
  const errandsOf = (waitMs: number) => {
    const say = (runnerId: string, text: string) => void said.push([runnerId, text]);
    return new Errands({ state: () => after(...machine('a')), rung: () => new Set(['a']), say, waitMs });
  };

  it('is said over the bell and settled by the machine that was asked alone', async () => {
    const errands = errandsOf(60_000);
    const asked = errands.ask({ ...NEED, errand: errand('e1') });
    expect(said.at(-1)).toEqual(['a', `errand ${JSON.stringify(errand('e1'))}`]);
    expect(errands.answered('b', 'e1', ANSWER)).toBe(false);
    expect(errands.answered('a', 'e1', ANSWER)).toBe(true);
    expect(await asked).toEqual({ answer: ANSWER, runnerName: 'a' });
    expect(errands.answered('a', 'e1', ANSWER)).toBe(false);
  });

  it('that nobody answers ends with what to do', async () => {
    expect(await errandsOf(1).ask({ ...NEED, errand: errand('e2') })).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('try again in a moment'),
    });
  });

  it('is one of at most 20 at once', async () => {
    const errands = errandsOf(60_000);
    const out = Array.from({ length: 20 }, (_, i) => errands.ask({ ...NEED, errand: errand(`m${i}`) }));
    expect(await errands.ask({ ...NEED, errand: errand('one more') })).toMatchObject({ code: 'RATE_LIMITED' });
    errands.left('a');
    expect(await Promise.all(out)).toEqual(out.map(() => expect.objectContaining({ code: 'UNAVAILABLE' })));
  });
});
