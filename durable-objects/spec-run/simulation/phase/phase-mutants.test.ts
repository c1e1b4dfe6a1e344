import { describe, expect, it } from 'vitest';
import { playSeed } from '../world.ts';
import { PHASE_MUTANTS } from './mutants.ts';

const MOST = 2_000;

describe('the simulation of a phase notices when', () => {
  it.each(Object.keys(PHASE_MUTANTS))('%s', { timeout: 120_000 }, (name) => {
    for (let seed = 0; seed < MOST; seed++) {
      const { found } = playSeed(seed, PHASE_MUTANTS[name], null, 'phase');
      if (found.length === 0) continue;
      console.log(`${name}: seed ${seed}: ${found[0]}`);
      return;
    }
    expect.fail(`nothing was noticed in ${MOST} histories`);
  });
});
