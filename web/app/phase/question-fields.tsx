import type { Question } from '@specwright/protocol/question.ts';
import { useId } from 'react';
import { cx } from '../ui/class-names.ts';
import { CONTROL } from '../ui/field.tsx';
import { type AnswerDraft, choose, chooseOwn } from './answer-draft.ts';

interface QuestionFieldsProps {
  question: Question;
  draft: AnswerDraft;
  disabled: boolean;
  /** It was sent without an answer to this one. */
  missing: boolean;
  onDraft: (draft: AnswerDraft) => void;
}

/** One question: its choices, and room for own words where they are taken. */
export function QuestionFields({ question, draft, disabled, missing, onDraft }: QuestionFieldsProps) {
  const id = useId();
  const { options, multiple, custom } = question;
  const type = multiple ? 'checkbox' : 'radio';
  return (
    <fieldset
      disabled={disabled}
      aria-describedby={missing ? `${id}-missing` : undefined}
      className="mb-4 grid min-w-0 grid-cols-1 gap-1.5"
    >
      <legend className="mb-1 min-w-0 break-words">
        {question.header ? <span className="mr-2 rounded bg-raised px-1.5 text-[11.5px] text-muted">{question.header}</span> : null}
        <span className="whitespace-pre-wrap">{question.question}</span>
      </legend>
      {options.map(({ label, description }) => (
        <label key={label} className="flex min-h-[26px] cursor-pointer items-start gap-2 has-disabled:cursor-not-allowed">
          <input
            type={type}
            name={id}
            checked={draft.chosen.includes(label)}
            onChange={() => onDraft(choose(draft, label, question))}
            className="mt-[2px] size-[16px] shrink-0 accent-(--accent)"
          />
          <span className="min-w-0 break-words">
            {label}
            {description ? <span className="block text-[12px] text-muted">{description}</span> : null}
          </span>
        </label>
      ))}
      {options.length > 0 && custom ? (
        <label className="flex min-h-[26px] cursor-pointer items-start gap-2 has-disabled:cursor-not-allowed">
          <input
            type={type}
            name={id}
            checked={draft.own}
            onChange={({ target }) => onDraft(chooseOwn(draft, target.checked, question))}
            className="mt-[2px] size-[16px] shrink-0 accent-(--accent)"
          />
          <span>{multiple ? 'And in my own words' : 'In my own words'}</span>
        </label>
      ) : null}
      {options.length === 0 || custom ? (
        <textarea
          aria-label={options.length === 0 ? question.question : `Own words: ${question.question}`}
          rows={options.length === 0 ? 3 : 2}
          maxLength={4000}
          value={draft.text}
          onChange={({ target }) =>
            onDraft({ ...chooseOwn(draft, options.length > 0 && target.value !== '', question), text: target.value })
          }
          className={cx(CONTROL, 'w-full resize-y py-1.5')}
        />
      ) : null}
      {missing ? (
        <p id={`${id}-missing`} role="alert" className="text-[12px] text-bad">
          This question has no answer yet.
        </p>
      ) : null}
    </fieldset>
  );
}
