import type { RunState } from '@specwright/protocol/run-state.ts';
import { whyResting } from '../run/run-outline.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Notice } from '../ui/surface.tsx';
import { type Attention, asksPerson, attentionOf } from './phase-outlook.ts';

/** Why a phase does not go on, in one sentence, with the way to where it is answered. */
export function BarNotice({ run }: { run: RunState }) {
  const attention = attentionOf(run);
  const text = attention?.kind === 'question' ? `The agent asks: ${firstQuestion(attention)}` : whyResting(run);
  if (text === null) return null;
  const tone = run.status === 'failed' ? 'bad' : attention?.kind === 'merge' && attention.refused === null ? 'accent' : 'warn';
  return (
    <Notice
      tone={run.status === 'cancelled' ? 'info' : tone}
      role={asksPerson(attention) ? 'alert' : 'status'}
      testId="phase-notice"
      action={
        attention && asksPerson(attention) ? (
          <ButtonLink small kind="primary" to={`/runs/${run.id}#attention`}>
            {WAYS[attention.kind] ?? 'See it'}
          </ButtonLink>
        ) : null
      }
    >
      {text}
    </Notice>
  );
}

const WAYS: Partial<Record<Attention['kind'], string>> = {
  question: 'Answer',
  merge: 'See and merge',
  budget: 'Raise it',
  failed: 'See what was tried',
};

function firstQuestion({ question }: Extract<Attention, { kind: 'question' }>): string {
  const { questions } = question;
  const more = questions.length > 1 ? ` (and ${questions.length - 1} more)` : '';
  return `${questions[0]?.question ?? ''}${more}`;
}
