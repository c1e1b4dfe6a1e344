import type { Answers, Question } from '@specwright/protocol/question.ts';
import type { AskPerson } from '../agents/agent.ts';
import type { FactDraft, JobContext } from './job-context.ts';
import { headOf } from './mask.ts';

/** As many as may be asked together, and chosen from. */
const MOST_QUESTIONS = 10;
const MOST_OPTIONS = 20;

interface Asking {
  jobId: string;
  mask: JobContext['mask'];
  report(fact: FactDraft): void;
  /** Settles with a person's answers; null: nobody answers any more. */
  answersTo(questionId: string, signal: AbortSignal): Promise<Answers | null>;
}

/** Lets the agent of a job ask a person: one question at a time, each told, waited for, and closed. */
export function makeAskPerson({ jobId, mask, report, answersTo }: Asking): AskPerson {
  let line: Promise<unknown> = Promise.resolve();
  let asked = 0;
  const ask = async (questions: Question[], signal: AbortSignal): Promise<Answers | null> => {
    const shown = shownOf(questions, mask);
    if (signal.aborted || shown === null) return null;
    const questionId = `${jobId}/q${++asked}`;
    const answered = answersTo(questionId, signal);
    report({ kind: 'question_asked', jobId, questionId, questions: shown });
    const answers = await answered;
    report({ kind: 'question_closed', jobId, questionId, reason: answers === null ? 'withdrawn' : 'answered' });
    return answers && asMeant(answers, shown, questions);
  };
  return (questions, signal) => {
    const turn = line.then(() => ask(questions, signal));
    line = turn;
    return turn;
  };
}

/** As people see them: masked, and cut to what a page shows. Null: none that can be asked. */
function shownOf(questions: Question[], mask: JobContext['mask']): Question[] | null {
  if (questions.length === 0 || questions.length > MOST_QUESTIONS) return null;
  const shown = (text: string, max: number) => headOf(mask(text.trim()), max);
  return questions.map(({ header, question, options, multiple, custom }) => ({
    header: shown(header, 60),
    question: shown(question, 4000) || shown(header, 60) || 'The agent waits for your word.',
    options: options
      .filter(({ label }) => label.trim() !== '')
      .slice(0, MOST_OPTIONS)
      .map(({ label, description }) => ({ label: shown(label, 200), description: shown(description, 1000) })),
    multiple,
    // What was cut off the list can still be said.
    custom: custom || options.length === 0 || options.length > MOST_OPTIONS,
  }));
}

/** A choice as the agent called it, where it was shown otherwise. */
function asMeant(answers: Answers, shown: Question[], questions: Question[]): Answers {
  return answers.map((chosen, at) => {
    const meant = (questions[at]?.options ?? []).filter(({ label }) => label.trim() !== '');
    const labels = (shown[at]?.options ?? []).map(({ label }) => label);
    return chosen.map((answer) => meant[labels.indexOf(answer)]?.label ?? answer);
  });
}
