import type { QuestionEnd } from '@specwright/protocol/run-event.ts';
import type { EventLog } from '../live/event-log.ts';

const LOOKS_BACK_EVENTS = 2000;

const ENDS: Record<QuestionEnd, string> = {
  answered: 'It is answered.',
  withdrawn: 'The agent no longer waits for an answer.',
  stopped: 'The run was cancelled.',
  agent_gone: 'The machine of the agent is gone. The attempt is made again, and may ask again.',
  replaced: 'The agent has asked another question instead.',
};

/** How a question closed, as a sentence: who answered what, or why nobody waits for an answer. Only from what the log holds. */
export function endOf(log: EventLog, to: number, questionId: string): string {
  for (let seq = to; seq > Math.max(0, to - LOOKS_BACK_EVENTS); seq--) {
    const event = log.at(seq);
    if (event === undefined) break;
    if (event.kind === 'question_answered' && event.questionId === questionId)
      return `${event.actor?.name ?? 'Somebody'} answered: ${event.answers.map((given) => given.join(', ')).join('; ')}.`;
    if (event.kind === 'question_closed' && event.questionId === questionId && event.reason !== 'answered') return ENDS[event.reason];
  }
  return 'Nobody waits for an answer to it any more.';
}
