import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { playSeed } from './world.ts';

const MOST = 10_000;

describe('the simulation notices when', () => {
  it.each(Object.keys(MUTANTS))('%s', { timeout: 120_000 }, (name) => {
    for (let seed = 0; seed < MOST; seed++) {
      const { found } = playSeed(seed, MUTANTS[name]);
      if (found.length === 0) continue;
      console.log(`${name}: seed ${seed}: ${found[0]}`);
      return;
    }
    expect.fail(`nothing was noticed in ${MOST} histories`);
  });
});
