import { Link, useRouteLoaderData } from '@remix-run/react';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { RunHandle } from '../live/use-run.ts';
import { whyResting } from '../run/run-outline.ts';
import type { ShellData } from '../shell/shell.tsx';
import { Notice } from '../ui/surface.tsx';
import { Until } from '../ui/time.tsx';
import { MergePanel } from './merge-panel.tsx';
import { PhaseFailure } from './phase-failure.tsx';
import { attentionOf } from './phase-outlook.ts';
import { QuestionPanel } from './question-panel.tsx';
import { RaiseForm } from './raise-form.tsx';

/** Where the bar's notice leads. */
export const ATTENTION = 'attention';

interface AttentionViewProps {
  handle: RunHandle;
  run: RunState;
  readOnly?: boolean;
}

/** Why a phase does not go on, and what a person can do about it. */
export function AttentionView({ handle, run, readOnly }: AttentionViewProps) {
  return (
    <div id={ATTENTION} className="grid min-w-0 scroll-mt-16 grid-cols-1 gap-4 empty:hidden">
      {readOnly ? null : <QuestionPanel handle={handle} run={run} />}
      <Asked handle={handle} run={run} readOnly={readOnly} />
    </div>
  );
}

function Asked({ handle, run, readOnly }: AttentionViewProps) {
  const attention = attentionOf(run);
  switch (attention?.kind) {
    case 'merge':
      return <MergePanel run={run} refused={attention.refused} readOnly={readOnly} />;
    case 'budget':
      return <RaiseForm key={attention.limit} run={run} {...attention} readOnly={readOnly} />;
    case 'failed':
      return <PhaseFailure handle={handle} run={run} item={attention.item} readOnly={readOnly} />;
    case 'machine':
      return <NeedsMachine run={run} readOnly={readOnly} />;
    case 'question':
      return null;
    default: {
      const why = whyResting(run);
      if (why === null) return null;
      return (
        <Notice tone={run.status === 'cancelled' ? 'info' : 'warn'} role="status" testId="run-reason">
          {run.status === 'cancelled' ? `Cancelled. ${why} Resume goes on where it stopped.` : why}
          {run.wait?.untilAt ? (
            <>
              {' '}
              It goes on by itself: the wait <Until at={run.wait.untilAt} />.
            </>
          ) : null}
        </Notice>
      );
    }
  }
}

function NeedsMachine({ run, readOnly }: { run: RunState; readOnly?: boolean }) {
  const anyOnline = useRouteLoaderData<ShellData>('routes/_app')?.runners.some((runner) => runner.online) ?? true;
  return (
    <Notice tone="warn" role="status" testId="run-reason">
      {whyResting(run)}
      {readOnly ? null : (
        <>
          {anyOnline ? ' ' : ' No machine is online: start one with “npm start”, and it takes this by itself. '}
          <Link to="/machines" className="underline underline-offset-2">
            Machines
          </Link>{' '}
          ·{' '}
          <Link to={`/workers/${run.id}`} className="underline underline-offset-2">
            Why it waits
          </Link>
        </>
      )}
    </Notice>
  );
}
