import { describe, expect, it } from 'vitest';
import { PageGate } from './page-gate.ts';

const LIMIT = 60_000;

/** A gate whose looks end when the test says so. */
function gate() {
  const said: string[] = [];
  const looks: (() => void)[] = [];
  const own = new PageGate(() => new Promise<void>((done) => looks.push(done)), LIMIT);
  own.begin(0);
  return {
    said,
    looks,
    own,
    say: (word: string, now: number) =>
      own.pass(
        () => said.push(word),
        now,
        () => 0,
      ),
  };
}

const turn = () => new Promise((done) => setImmediate(done));

describe('what is said to pages', () => {
  it('goes at once while the right was looked at lately', () => {
    const { said, looks, say } = gate();
    say('a', LIMIT / 2);
    expect([said, looks.length]).toEqual([['a'], 0]);
  });

  it('goes at once after half the time, and the look is taken beside', () => {
    const { said, looks, say } = gate();
    say('a', LIMIT / 2 + 1);
    say('b', LIMIT / 2 + 2);
    expect([said, looks.length]).toEqual([['a', 'b'], 1]);
  });

  it('waits, in order, when the look is too old', async () => {
    const { said, looks, say } = gate();
    say('a', LIMIT + 1);
    say('b', LIMIT + 2);
    expect(said).toEqual([]);
    looks[0]?.();
    await turn();
    expect(said).toEqual(['a', 'b']);
    say('c', LIMIT + 3);
    expect([said, looks.length]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('is looked at again when a right was taken during a look', async () => {
    const { said, looks, own, say } = gate();
    say('a', LIMIT + 1);
    void own.lookNow(LIMIT + 2);
    looks[0]?.();
    await turn();
    expect([said, looks.length]).toEqual([[], 2]);
    looks[1]?.();
    await turn();
    expect(said).toEqual(['a']);
  });

  it('is as old as the oldest of those who watch, after sleep', () => {
    const said: string[] = [];
    const own = new PageGate(() => new Promise(() => undefined), LIMIT);
    own.pass(
      () => said.push('a'),
      LIMIT + 5,
      () => 0,
    );
    expect(said).toEqual([]);
  });
});
