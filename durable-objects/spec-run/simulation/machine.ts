import { evolve } from '@specwright/protocol/evolve.ts';
import { leaseReleased, newWords, obligations, wordsOwed } from '@specwright/protocol/obligations.ts';
import { decide } from '../decide.ts';

/** The rules that the simulated object and runners keep. Each can be broken alone, to see whether the simulation notices. */
export interface ShellRules {
  /** Events are broadcast only when they are stored. */
  storeFirst: boolean;
  /** What the outbox holds is sent again after a restart, and a need that nobody answers is asked again. */
  asksAgain: boolean;
  /** The dispatch is told when the run comes to rest. */
  tellsRest: boolean;
  /** Facts are kept on the runner's disk until they are confirmed. */
  journal: boolean;
  /** The branch moves by compare-and-swap. */
  compareAndSwap: boolean;
  /** The branch moves only while the runner is sure of its lease. */
  sureOfLease: boolean;
  /** A job id that the runner already has is ignored. */
  knowsJobs: boolean;
  /** A runner that was granted another fence drops the job of the old one. */
  dropsOldJob: boolean;
  /** An agent of a phase that ended well is believed only when the repository says so. */
  confirms: boolean;
  /** A merge lands only where the base branch stands as it was read. */
  mergesBySwap: boolean;
}

/** The real decider, fold and obligations, and the rules around them: all of it may be replaced by a planted fault. */
export interface Machine {
  decide: typeof decide;
  evolve: typeof evolve;
  obligations: typeof obligations;
  newWords: typeof newWords;
  wordsOwed: typeof wordsOwed;
  leaseReleased: typeof leaseReleased;
  rules: ShellRules;
}

const RULES: ShellRules = {
  ...{ storeFirst: true, asksAgain: true, tellsRest: true, journal: true },
  ...{ compareAndSwap: true, sureOfLease: true, knowsJobs: true, dropsOldJob: true, confirms: true, mergesBySwap: true },
};

export const REAL: Machine = { decide, evolve, obligations, newWords, wordsOwed, leaseReleased, rules: RULES };

export function withRules(broken: Partial<ShellRules>): Machine {
  return { ...REAL, rules: { ...RULES, ...broken } };
}
