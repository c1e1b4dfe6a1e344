import type { Step } from '@specwright/protocol/job.ts';
import type { Answers } from '@specwright/protocol/question.ts';

/** The hand on a job that is out: Stop ends it, hold lets it wait at the next border between steps, go_on ends that wait. */
export interface JobControl {
  readonly signal: AbortSignal;
  hold(): void;
  goOn(): void;
  /** Also ends a wait. */
  stop(): void;
  border(next: Step): Promise<void>;
  /** A person's answers; said again after a reconnect, they count once. */
  answer(questionId: string, answers: Answers): void;
  /** Settles with the answers to this question; null: nobody answers any more. */
  answersTo(questionId: string, signal: AbortSignal): Promise<Answers | null>;
}

export function makeJobControl(onHeld: (next: Step) => void): JobControl {
  const stopping = new AbortController();
  let held = false;
  let release = () => {};
  const asked = new Map<string, (answers: Answers | null) => void>();
  return {
    signal: stopping.signal,
    hold() {
      held = true;
    },
    goOn() {
      held = false;
      release();
    },
    answer(questionId, answers) {
      asked.get(questionId)?.(answers);
    },
    answersTo(questionId, signal) {
      return new Promise((resolve) => {
        const settle = (answers: Answers | null) => {
          asked.delete(questionId);
          resolve(answers);
        };
        asked.set(questionId, settle);
        if (signal.aborted || stopping.signal.aborted) return settle(null);
        for (const over of [signal, stopping.signal]) over.addEventListener('abort', () => settle(null), { once: true });
      });
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
