import type { Answers, OpenQuestion, Question } from '@specwright/protocol/question.ts';

/** What a person has chosen and typed so far, question by question. */
export interface AnswerDraft {
  chosen: string[];
  /** In place of a choice, or beside several; counted where `own` says so or where there is nothing to choose. */
  text: string;
  own: boolean;
}

/** Drafts of a run's questions by the question's id. Outlives the question: what was typed is not lost with it. */
export type HeldDrafts = Record<string, { question: OpenQuestion; drafts: AnswerDraft[] }>;

export function emptyDraft(): AnswerDraft {
  return { chosen: [], text: '', own: false };
}

/** Chooses or gives up a label, as the question allows. */
export function choose(draft: AnswerDraft, label: string, { multiple }: Question): AnswerDraft {
  if (!multiple) return { ...draft, chosen: [label], own: false };
  const chosen = draft.chosen.includes(label) ? draft.chosen.filter((other) => other !== label) : [...draft.chosen, label];
  return { ...draft, chosen };
}

/** Takes the person's own words, in place of a single choice. */
export function chooseOwn(draft: AnswerDraft, on: boolean, { multiple }: Question): AnswerDraft {
  return { ...draft, own: on, chosen: on && !multiple ? [] : draft.chosen };
}

/** The answers as they are sent; a question without an answer has an empty list. */
export function answersOf(questions: Question[], drafts: AnswerDraft[]): Answers {
  return questions.map((question, at) => {
    const { chosen, text, own } = drafts[at] ?? emptyDraft();
    const words = text.trim();
    const counts = words !== '' && (question.options.length === 0 || (question.custom && own));
    return [...question.options.map(({ label }) => label).filter((label) => chosen.includes(label)), ...(counts ? [words] : [])];
  });
}

/** True where somebody would miss it. */
export function isTyped({ text }: AnswerDraft): boolean {
  return text.trim() !== '';
}

/** Questions that are not open any more, with what was typed for them. */
export function leftDrafts(held: HeldDrafts, openId: string | null): HeldDrafts[string][] {
  return Object.entries(held).flatMap(([id, one]) => (id !== openId && one.drafts.some(isTyped) ? [one] : []));
}
