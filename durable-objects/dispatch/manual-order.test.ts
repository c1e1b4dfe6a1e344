import { describe, expect, it } from 'vitest';
import { queueOf } from './order.ts';
import { after, enqueue, known, left, news, pull, queue, register, type Wish } from './testing/wishes.ts';

const by = { id: 'usr_ann', name: 'Ann' };
const queued = (runId: string, priority = 0): Wish[] => [register(runId, 1, { priority }), enqueue(runId)];
const four = ['a', 'b', 'c', 'd'].flatMap((runId) => queued(runId));
const move = (runId: string, place: 'before' | 'after', anchorId: string): Wish => ({ kind: 'reorder', runId, anchorId, place, by });
const remove = (runId: string): Wish[] => [{ kind: 'remove', runId, by }, left(runId)];
const first = (priority: number): Wish => ({ kind: 'prioritise', runId: 'a', priority, by });

/** The queue, first to last; what counts as moved by hand is followed by a star. */
function order(...wishes: Wish[]): string {
  return queueOf(after(...wishes), 'p')
    .map(({ runId, byHand }) => (byHand ? `${runId}*` : runId))
    .join(' ');
}

describe('a run that a person moves is the only one that counts as moved', () => {
  const cases: [string, Wish[], string][] = [
    ['to the top', [move('d', 'before', 'a')], 'd* a b c'],
    ['up', [move('d', 'before', 'b')], 'a d* b c'],
    ['up, said from the other side', [move('d', 'after', 'a')], 'a d* b c'],
    ['down', [move('a', 'after', 'c')], 'b c a* d'],
    ['to the end', [move('a', 'after', 'd')], 'b c d a*'],
    ['where it stands already: nothing', [move('b', 'after', 'a')], 'a b c d'],
    ['where it stands already, said from the other side', [move('b', 'before', 'c')], 'a b c d'],
    ['twice', [move('a', 'after', 'c'), move('a', 'before', 'b')], 'a* b c d'],
    ['behind one that was moved', [move('d', 'before', 'a'), move('c', 'after', 'd')], 'd* c* a b'],
    ['nearer than one that was moved there before', [move('c', 'after', 'a'), move('d', 'after', 'a')], 'a d* c* b'],
    ['before one that was moved', [move('d', 'before', 'a'), move('c', 'before', 'd')], 'c* d* a b'],
  ];
  it.each(cases)('%s', (_, moves, expected) => {
    expect(order(...four, ...moves)).toBe(expected);
  });
});

describe('a place by hand is kept', () => {
  const second = [...four, move('d', 'after', 'a')];
  const cases: [string, Wish[], string][] = [
    ['while others come: at the top before all of them', [...four, move('d', 'before', 'a'), ...queued('e', 9)], 'd* e a b c'],
    ['while others come: elsewhere behind the same one', [...second, ...queued('e', 9)], 'e a d* b c'],
    ['when the one above begins', [...known, ...second, pull(1)], 'd* b c'],
    ['when the one above begins, before what comes later', [...known, ...second, pull(1), ...queued('e', 9)], 'd* e b c'],
    ['when the one above is taken out', [...four, move('d', 'after', 'b'), ...remove('b')], 'a d* c'],
    ['when the one above is moved', [...second, move('a', 'after', 'c')], 'd* b c a*'],
    ['when the one above gets another priority', [...second, first(-1)], 'd* b c a'],
    ['when all above are gone, in order', [...four, move('a', 'after', 'd'), ...['b', 'c', 'd'].flatMap(remove)], 'a*'],
    ['by those behind it, when it is moved away', [...second, move('c', 'after', 'd'), move('d', 'after', 'b')], 'a c* b d*'],
    ['by two behind the same one', [...second, move('c', 'after', 'a'), ...remove('a')], 'c* d* b'],
    ['when the one above is paused', [...second, news('a', { status: 'paused' })], 'd* b c'],
  ];
  it.each(cases)('%s', (_, wishes, expected) => {
    expect(order(...wishes)).toBe(expected);
  });
});

describe('a place by hand is over', () => {
  it('with a new priority', () => {
    const state = [...four, move('d', 'before', 'a'), { kind: 'prioritise', runId: 'd', priority: -1, by } as Wish];
    expect(order(...state)).toBe('a b c d');
  });
});

describe('two people who move at once', () => {
  const [ann, bob] = [move('a', 'after', 'c'), move('c', 'after', 'a')];

  it('end with one order, whichever comes first: that of the second', () => {
    expect(order(...four, ann, bob)).toBe('b a* c* d');
    expect(order(...four, bob, ann)).toBe('c* a* b d');
  });

  it('put two at the top: the second stands first', () => {
    expect(order(...four, move('c', 'before', 'a'), move('d', 'before', 'a'))).toBe('c* d* a b');
    expect(order(...four, move('c', 'before', 'a'), move('d', 'before', 'c'))).toBe('d* c* a b');
  });
});

describe('one that had its slot before', () => {
  const line = { maxActive: 1, fairSharing: false, pausedSlotMs: 5_000, archived: false };
  const all = ['a', 'b', 'c', 'd'].flatMap((runId): Wish[] => [register(runId, 1, { line }), enqueue(runId)]);
  const begun: Wish[] = [...known, ...all, pull(1), { kind: 'ack', acks: ['lease runner 0'], retries: [] }];
  const paused: Wish[] = [...begun, news('a', { status: 'paused' }), ...Array.from({ length: 5 }, (): Wish => ({ kind: 'tick' }))];
  const back: Wish[] = [...paused, { kind: 'give_back', runId: 'a' }, pull(1), { kind: 'want_resume', runId: 'a', by }];

  it('stands before all, until somebody is put above it', () => {
    expect(queue(after(...back))).toEqual(['a', 'c', 'd']);
    expect(order(...back, move('d', 'before', 'a'))).toBe('d* a c');
    expect(order(...back, move('d', 'after', 'a'))).toBe('a d* c');
    expect(order(...back, move('a', 'after', 'c'))).toBe('c a* d');
  });
});

it('whatever is moved, everybody is there once', () => {
  const ids = Array.from({ length: 12 }, (_, n) => `r${n}`);
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const any = () => ids[random(ids.length)] ?? '';
  const wishes = Array.from({ length: 300 }, (): Wish => {
    if (random(8) === 0) return { kind: 'prioritise', runId: any(), priority: random(3), by };
    return move(any(), random(2) === 0 ? 'before' : 'after', any());
  });
  const state = after(...ids.flatMap((runId) => queued(runId)), ...wishes);
  expect(queue(state).toSorted()).toEqual(ids.toSorted());
});
