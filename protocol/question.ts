import { z } from 'zod';

export const questionIdSchema = z.string().min(1).max(300);

/** What an agent asks a person in the middle of its work: choices, free words, or both. */
export const questionSchema = z.object({
  /** A word or two above it. */
  header: z.string().max(60),
  question: z.string().min(1).max(4000),
  /** None: only free words. */
  options: z.array(z.object({ label: z.string().min(1).max(200), description: z.string().max(1000) })).max(20),
  /** More than one option may be chosen. */
  multiple: z.boolean(),
  /** Free words are taken beside the options. */
  custom: z.boolean(),
});
export type Question = z.infer<typeof questionSchema>;

/** What is asked together is answered together. */
export const questionsSchema = z.array(questionSchema).min(1).max(10);

/** For each question, in order: the labels that were chosen, or the person's own words. */
export const answersSchema = z
  .array(z.array(z.string().min(1).max(4000)).min(1).max(20))
  .min(1)
  .max(10);
export type Answers = z.infer<typeof answersSchema>;

/** As a run keeps it while nobody has answered. */
export interface OpenQuestion {
  id: string;
  jobId: string;
  itemId: string;
  questions: Question[];
  /** Unix milliseconds. */
  askedAt: number;
}

/** Why these answers do not fit these questions; null: they do. */
export function answerProblem(questions: Question[], answers: Answers): string | null {
  if (answers.length !== questions.length) return `${questions.length} answers are needed, one for each question.`;
  for (const [index, { question, options, multiple, custom }] of questions.entries()) {
    const given = answers[index] ?? [];
    if (given.length > 1 && !multiple) return `Choose one answer to "${question.slice(0, 80)}".`;
    const own = given.filter((answer) => !options.some(({ label }) => label === answer));
    if (own.length > 0 && !custom && options.length > 0) return `"${own[0]?.slice(0, 80)}" is not among the choices.`;
  }
  return null;
}
