import { refuse } from '@specwright/protocol/error-code.ts';
import { answerProblem } from '@specwright/protocol/question.ts';
import type { PersonCommand } from '@specwright/protocol/run-command.ts';
import type { QuestionEnd } from '@specwright/protocol/run-event.ts';
import type { FactOf } from '@specwright/protocol/runner-fact.ts';
import { add, type Decision, type Draft, decided } from './decision.ts';

type Wish = Extract<PersonCommand, { kind: 'answer' }>;

/** A person's answers to the question that is open. They are owed to the runner until it says that its agent has them. */
export function decideAnswer(draft: Draft, { questionId, answers, actor }: Wish): Decision {
  const { question, job } = draft.state;
  if (job?.answered?.questionId === questionId) return refuse('QUESTION_CLOSED', 'This question is answered already.');
  if (question?.id !== questionId) return refuse('QUESTION_CLOSED', 'Nobody waits for an answer to this question any more.');
  const problem = answerProblem(question.questions, answers);
  if (problem !== null) return refuse('BAD_REQUEST', problem);
  add(draft, { kind: 'question_answered', jobId: question.jobId, chunkId: question.itemId, questionId, answers, actor });
  return decided(draft);
}

/** The agent of the job in hand asks. In a run that is being stopped it gets no answer, and its end is on its way. */
export function openQuestion(draft: Draft, fact: FactOf<'question_asked'>, chunkId: string): void {
  if (draft.state.status === 'stopping') return;
  closeQuestion(draft, 'replaced');
  const { jobId, questionId, questions } = fact;
  add(draft, { kind: 'question_asked', jobId, chunkId, questionId, questions });
}

/** The runner says what became of a question; of one that the run knows nothing of any more, nothing is to be told. */
export function endQuestion(draft: Draft, { jobId, questionId, reason }: FactOf<'question_closed'>, chunkId: string): void {
  const { question, job } = draft.state;
  if (question?.id !== questionId && job?.answered?.questionId !== questionId) return;
  add(draft, { kind: 'question_closed', jobId, chunkId, questionId, reason });
}

/** Nobody waits for the answer of what is open any more. */
export function closeQuestion(draft: Draft, reason: QuestionEnd): void {
  const { question } = draft.state;
  if (!question) return;
  add(draft, { kind: 'question_closed', jobId: question.jobId, chunkId: question.itemId, questionId: question.id, reason });
}
