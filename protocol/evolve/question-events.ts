import type { EventOf } from '../run-event.ts';
import type { RunState } from '../run-state.ts';

/** One question of the job in hand at a time. What was answered stays with the job until its agent has it. */
export function applyQuestionEvent(
  next: RunState,
  event: EventOf<'question_asked' | 'question_answered' | 'question_closed'> & { at: number },
): void {
  const { questionId, jobId } = event;
  if (event.kind === 'question_asked') {
    next.question = { id: questionId, jobId, itemId: event.chunkId, questions: event.questions, askedAt: event.at };
    return;
  }
  if (next.question?.id === questionId) next.question = null;
  if (next.job === null) return;
  if (event.kind === 'question_answered') next.job = { ...next.job, answered: { questionId, answers: event.answers } };
  else if (next.job.answered?.questionId === questionId) next.job = { ...next.job, answered: null };
}
