import { setTimeout as wait } from 'node:timers/promises';
import type { AgentTask } from '../agent.ts';
import type { LimitWatch } from '../watch-limits.ts';
import { OpencodeError, type OpencodeWire, type WireQuestion } from './wire.ts';

interface Answering {
  task: AgentTask;
  wire: OpencodeWire;
  watch: LimitWatch;
  over: AbortSignal;
  /** The answer cannot be brought to the agent: it would wait for ever. */
  fail(message: string): void;
}

const TRIES = 3;
const AGAIN_MS = 500;

/** What a session asks goes to a person, or is rejected where nobody can answer; read twice, it is asked once. */
export function answerQuestions({ task, wire, watch, over, fail }: Answering) {
  const seen = new Set<string>();
  const take = async ({ id, questions }: WireQuestion): Promise<void> => {
    if (seen.has(id)) return;
    seen.add(id);
    const { askPerson } = task;
    const answers = askPerson === undefined ? null : await watch.waitFor(askPerson(questions, over));
    if (answers === null) return wire.rejectQuestion(id);
    await bring(id, answers);
  };
  const bring = async (id: string, answers: string[][]): Promise<void> => {
    for (let tried = 1; ; tried++) {
      const error = await wire.answerQuestion(id, answers).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      // Not found: the session was ended, and says so itself.
      if (error === null || over.aborted || (error instanceof OpencodeError && error.status === 404)) return;
      if (tried === TRIES) return fail(`The answer could not be given to opencode: ${String(error)}`);
      await wait(AGAIN_MS, undefined, { signal: over }).catch(() => {});
    }
  };
  return { take };
}
