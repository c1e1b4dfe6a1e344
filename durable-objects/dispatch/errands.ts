import { ERRAND_WORD, type Errand, type ErrandAnswer } from '@specwright/protocol/errand.ts';
import { type Refusal, refuse } from '@specwright/protocol/error-code.ts';
import type { DispatchState } from './dispatch-state.ts';
import { type ErrandNeed, machineForErrand } from './errand-machine.ts';

export interface ErrandWish extends ErrandNeed {
  errand: Errand;
}
export type ErrandResult = { answer: ErrandAnswer; runnerName: string } | Refusal;

interface Open {
  runnerId: string;
  runnerName: string;
  settle(result: ErrandResult): void;
}

/** So many may be out in an organisation: each is a person who waits. */
const MOST_OPEN = 20;

/**
 * What people ask of machines and wait for. Kept in memory alone: who asked waits, which keeps this object awake; were it lost
 * with it, they would ask again.
 */
export class Errands {
  private readonly open = new Map<string, Open>();
  private readonly its: ErrandSurroundings;

  constructor(its: ErrandSurroundings) {
    this.its = its;
  }

  /** Waits for the machine's answer. Refuses NO_RUNNER with what to do, RATE_LIMITED, UNAVAILABLE when none came in time. */
  async ask({ errand, ...need }: ErrandWish): Promise<ErrandResult> {
    if (this.open.size >= MOST_OPEN)
      return refuse('RATE_LIMITED', 'Too many questions are with the machines at once. Try again in a minute.');
    const machine = machineForErrand(this.its.state(), need, { now: Date.now(), rung: this.its.rung() });
    if ('message' in machine) return refuse('NO_RUNNER', machine.message);
    const { runnerId, name } = machine;
    return new Promise((resolve) => {
      const settle = (result: ErrandResult) => {
        clearTimeout(timer);
        this.open.delete(errand.id);
        resolve(result);
      };
      const timer = setTimeout(() => settle(tooLate(name, this.its.waitMs)), this.its.waitMs);
      this.open.set(errand.id, { runnerId, runnerName: name, settle });
      this.its.say(runnerId, `${ERRAND_WORD}${JSON.stringify(errand)}`);
    });
  }

  /** False: nobody waits for it any more, or it was not this machine that was asked. */
  answered(runnerId: string, errandId: string, answer: ErrandAnswer): boolean {
    const waiting = this.open.get(errandId);
    if (waiting?.runnerId !== runnerId) return false;
    waiting.settle({ answer, runnerName: waiting.runnerName });
    return true;
  }

  /** Its last bell has closed: what it was asked will hardly be answered. */
  left(runnerId: string): void {
    for (const { runnerId: asked, runnerName, settle } of this.open.values())
      if (asked === runnerId) settle(refuse('UNAVAILABLE', `${runnerName} went offline before it answered. Try again when it is back.`));
  }
}

export interface ErrandSurroundings {
  state(): DispatchState;
  /** Runners whose bell was heard of late. */
  rung(): ReadonlySet<string>;
  say(runnerId: string, text: string): void;
  waitMs: number;
}

function tooLate(name: string, waitMs: number): Refusal {
  const seconds = Math.round(waitMs / 1000);
  return refuse(
    'UNAVAILABLE',
    `${name} did not answer within ${seconds} s. It may be fetching the repository for the first time, or be very busy: try again in a moment.`,
  );
}
