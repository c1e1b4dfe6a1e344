import type { OpenQuestion } from '@specwright/protocol/question.ts';
import { useCallback, useEffect, useState } from 'react';
import { keepUnlessEmpty, readKept } from '../ui/kept-in-browser.ts';
import type { AnswerDraft, HeldDrafts } from './answer-draft.ts';

/** Drafts of answers to a run's questions, kept in this tab over reloads until they are sent or thrown away. */
export function useDrafts(runId: string) {
  const key = `specwright:answers:${runId}`;
  const [held, setHeld] = useState<HeldDrafts>({});
  useEffect(() => setHeld((readKept('sessionStorage', key) ?? {}) as HeldDrafts), [key]);
  const change = useCallback(
    (make: (held: HeldDrafts) => HeldDrafts) =>
      setHeld((before) => {
        const after = make(before);
        keepUnlessEmpty('sessionStorage', key, after);
        return after;
      }),
    [key],
  );
  const keep = useCallback(
    (question: OpenQuestion, drafts: AnswerDraft[]) => change((before) => ({ ...before, [question.id]: { question, drafts } })),
    [change],
  );
  const forget = useCallback((questionId: string) => change(({ [questionId]: _gone, ...others }) => others), [change]);
  return { held, keep, forget };
}
