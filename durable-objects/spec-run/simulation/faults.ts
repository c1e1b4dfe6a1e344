import type { Random } from './random.ts';

/** What goes wrong in one history. Each is on or off by the seed: a few faults at a time reach further than all at once. */
export interface Faults {
  /** Chances for each frame. */
  dropFrame: number;
  doubleFrame: number;
  shuffleFrame: number;
  delayMs: number;
  /** Chances for each decision: the server dies before or after its commit. */
  crashBefore: number;
  crashAfter: number;
  /** Chances for each step of a job. */
  killRunner: number;
  freezeRunner: number;
  freezeInPromote: number;
  runnerFault: number;
  providerFault: number;
  /** Chances for each alarm and queue message. */
  alarmTwice: number;
  alarmLost: number;
  queueLost: number;
  announceLost: number;
  /** The server's clock jumps by up to this, both ways. */
  clockJumpMs: number;
  /** How badly agents work. */
  badWork: number;
  /** Milliseconds between wishes of people; 0: none. */
  wishEveryMs: number;
}

export function drawFaults(random: Random): Faults {
  const some = (most: number) => (random.chance(0.45) ? random.next() * most : 0);
  return {
    dropFrame: some(0.08),
    doubleFrame: some(0.2),
    shuffleFrame: some(0.1),
    delayMs: random.pick([5, 50, 500, 5_000]),
    crashBefore: some(0.03),
    crashAfter: some(0.05),
    killRunner: some(0.12),
    freezeRunner: some(0.1),
    freezeInPromote: some(0.2),
    runnerFault: some(0.15),
    providerFault: some(0.15),
    alarmTwice: some(0.5),
    alarmLost: some(0.5),
    queueLost: some(0.5),
    announceLost: some(0.8),
    clockJumpMs: random.chance(0.1) ? 100_000 : 0,
    badWork: random.pick([0, 0.15, 0.4]),
    wishEveryMs: random.chance(0.5) ? random.pick([8_000, 30_000, 90_000]) : 0,
  };
}

/** From a moment on nothing goes wrong any more: what is left must come to rest, or wait for a named reason. */
export function endFaults(faults: Faults): void {
  const { badWork } = faults;
  for (const name of Object.keys(faults) as (keyof Faults)[]) faults[name] = 0;
  faults.delayMs = 5;
  faults.badWork = badWork;
}
