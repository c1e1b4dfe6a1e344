import type { OpenQuestion } from '@specwright/protocol/question.ts';
import { useMemo } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { Output } from '../text/output.tsx';
import { Button } from '../ui/button.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { type AnswerDraft, isTyped } from './answer-draft.ts';
import { endOf } from './question-end.ts';

interface ClosedQuestionProps {
  handle: RunHandle;
  question: OpenQuestion;
  drafts: AnswerDraft[];
  onForget: () => void;
}

/** A question that closed while somebody typed: how it closed, and what they had typed. */
export function ClosedQuestion({ handle, question, drafts, onForget }: ClosedQuestionProps) {
  const { log, logVersion, run } = handle;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes in place; its version says so.
  const end = useMemo(() => endOf(log, run.seq, question.id), [log, logVersion, run.seq, question.id]);
  const texts = drafts.filter(isTyped).map(({ text }) => text);
  return (
    <section aria-label="Closed question" data-testid="closed-question" className="rounded-md border border-line bg-raised px-4 py-3">
      <p role="status">
        <span className="font-semibold">This question is closed.</span> {end}
      </p>
      <p className="mt-1 break-words text-[12px] text-muted">{question.questions.map((one) => one.question).join(' ')}</p>
      <p className="mt-2 text-[12px] text-muted">What you had typed:</p>
      <Output text={texts.join('\n\n')} label="What you had typed" className="mt-1 max-h-40" />
      <div className="mt-2 flex flex-wrap items-center gap-3 text-[12px]">
        <CopyText text={texts.join('\n\n')} shown="Copy it" />
        <Button small kind="ghost" onClick={onForget}>
          Throw it away
        </Button>
      </div>
    </section>
  );
}
