import type { Step } from '@specwright/protocol/job.ts';

/** The hand on a job that is out: Stop ends it, hold lets it wait at the next border between steps, go_on ends that wait. */
export interface JobControl {
  readonly signal: AbortSignal;
  hold(): void;
  goOn(): void;
  /** Also ends a wait. */
  stop(): void;
  border(next: Step): Promise<void>;
}

export function makeJobControl(onHeld: (next: Step) => void): JobControl {
  const stopping = new AbortController();
  let held = false;
  let release = () => {};
  return {
    signal: stopping.signal,
    hold() {
      held = true;
    },
    goOn() {
      held = false;
      release();
    },
    stop() {
      stopping.abort();
      release();
    },
    async border(next) {
      if (!held || stopping.signal.aborted) return;
      onHeld(next);
      while (held && !stopping.signal.aborted) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
    },
  };
}
