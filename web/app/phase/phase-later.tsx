import type { RunState } from '@specwright/protocol/run-state.ts';
import { lazy } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { Later } from '../ui/later.tsx';
import { Skeleton } from '../ui/surface.tsx';

/** The parts of a phase on its run's page: a run of chunks does not carry their code. */
const PhaseRun = lazy(() => import('./phase-run.tsx'));
const PhaseControls = lazy(() => import('./phase-controls.tsx'));

export function PhaseRunLater(props: { handle: RunHandle; run: RunState; replaying?: boolean }) {
  return (
    <Later fallback={<Skeleton className="h-96" />}>
      <PhaseRun {...props} />
    </Later>
  );
}

export function PhaseControlsLater({ run }: { run: RunState }) {
  return (
    <Later fallback={<Skeleton className="h-8 w-40" />}>
      <PhaseControls run={run} />
    </Later>
  );
}
