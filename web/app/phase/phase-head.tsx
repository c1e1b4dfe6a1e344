import type { RunState } from '@specwright/protocol/run-state.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import type { ReactNode } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Elapsed } from '../ui/time.tsx';
import { AgentLine } from './agent-line.tsx';
import { spentOf } from './cost.ts';
import { phaseLook } from './phase-look.ts';
import { costLine, headlineOf, remainingLine } from './phase-words.ts';
import { StageSteps } from './stage-steps.tsx';
import { TaskProgress } from './task-progress.tsx';

interface PhaseHeadProps {
  handle: RunHandle;
  run: RunState;
  /** What can be done, beside the headline. */
  actions?: ReactNode;
  /** The run's own page: the status stands in its header, and what the agent does with its batch. */
  onPage?: boolean;
}

/** How far a phase is: headline, status, stages, tasks, time, money, and what the agent does. */
export function PhaseHead({ handle, run, actions, onPage }: PhaseHeadProps) {
  const view = orchestrationView(run);
  const remaining = remainingLine(view);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          {onPage ? null : <StatusBadge status={phaseLook(run)} />}
          <span data-testid="phase-headline" role="status" aria-live="polite" className="min-w-0 break-words text-[15px] font-semibold">
            {headlineOf(run)}
          </span>
        </p>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
      <StageSteps run={run} />
      <TaskProgress run={run} />
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-[12px] tabular-nums text-muted">
        <span>
          elapsed <Elapsed baseMs={run.activeMs} since={run.activeSince} />
        </span>
        {remaining ? <span data-testid="remaining">{remaining}</span> : null}
        <span data-testid="cost">{costLine(spentOf(run), run.settings.maxCostMicros)}</span>
      </p>
      {onPage ? null : <AgentLine handle={handle} run={run} />}
    </div>
  );
}
