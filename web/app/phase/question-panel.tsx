import type { OpenQuestion } from '@specwright/protocol/question.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import { type FormEvent, useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';
import { type AnswerDraft, answersOf, emptyDraft, leftDrafts } from './answer-draft.ts';
import { ClosedQuestion } from './closed-question.tsx';
import { QuestionFields } from './question-fields.tsx';
import { useDrafts } from './use-drafts.ts';
import { usePhase } from './use-phase.ts';

/** What the agent asks, as a form; below it, what was typed for questions that have closed meanwhile. */
export function QuestionPanel({ handle, run }: { handle: RunHandle; run: RunState }) {
  const { held, keep, forget } = useDrafts(run.id);
  const question = run.question ?? null;
  const answered = run.job?.answered ?? null;
  return (
    <>
      {question ? (
        <QuestionForm
          key={question.id}
          run={run}
          question={question}
          drafts={held[question.id]?.drafts ?? question.questions.map(emptyDraft)}
          onDrafts={(drafts) => keep(question, drafts)}
          onSent={() => forget(question.id)}
        />
      ) : null}
      {answered ? (
        <Notice tone="info" role="status" testId="answer-sent">
          Answered. The answer is on its way to the agent.
        </Notice>
      ) : null}
      {leftDrafts(held, question?.id ?? null).map((left) => (
        <ClosedQuestion key={left.question.id} handle={handle} {...left} onForget={() => forget(left.question.id)} />
      ))}
    </>
  );
}

interface QuestionFormProps {
  run: RunState;
  question: OpenQuestion;
  drafts: AnswerDraft[];
  onDrafts: (drafts: AnswerDraft[]) => void;
  onSent: () => void;
}

function QuestionForm({ run, question, drafts, onDrafts, onSent }: QuestionFormProps) {
  const { tell, pending } = usePhase(run.id);
  const mayAnswer = useMay('member');
  const [refused, setRefused] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const answers = answersOf(question.questions, drafts);
  const missing = answers.filter((given) => given.length === 0).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setRefused(null);
    if (missing > 0) return;
    tell({ wish: 'answer', questionId: question.id, answers }, { done: 'Answered', onDone: onSent, onRefused: setRefused });
  };
  const item = run.items.find(({ id }) => id === question.itemId);
  return (
    <form
      onSubmit={submit}
      aria-labelledby="question-heading"
      data-testid="question"
      className="rounded-md border border-warn/40 bg-warn-soft/40 px-4 py-3"
    >
      <h3 id="question-heading" className="font-semibold text-warn">
        <Icon name="question" /> The agent asks
      </h3>
      <p className="mb-3 text-[12px] text-muted">
        {item ? `In ${item.title}. ` : ''}Asked <Ago at={question.askedAt} />; the clock stands until somebody answers, and the agent goes
        on in the same session.
      </p>
      {question.questions.map((one, at) => (
        <QuestionFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a frozen list; questions may repeat.
          key={at}
          question={one}
          draft={drafts[at] ?? emptyDraft()}
          disabled={!mayAnswer}
          missing={tried && answers[at]?.length === 0}
          onDraft={(draft) => onDrafts(question.questions.map((_, other) => (other === at ? draft : (drafts[other] ?? emptyDraft()))))}
        />
      ))}
      {refused ? (
        <div className="mb-3">
          <Notice tone="bad" role="alert" testId="answer-refused">
            {refused}
          </Notice>
        </div>
      ) : null}
      {mayAnswer ? (
        <Button kind="primary" type="submit" pending={pending}>
          {question.questions.length > 1 ? 'Send answers' : 'Send answer'}
        </Button>
      ) : (
        <p className="text-[12px] text-muted">Members of the organisation may answer.</p>
      )}
    </form>
  );
}
