import type { RunState } from '@specwright/protocol/run-state.ts';
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { Skeleton } from '../ui/surface.tsx';

/**
 * The parts of a phase on its run's page: a run of chunks does not carry their code. They come after the page is awake, since
 * live events may not meet a part that is still being woken.
 */
const PhaseRun = lazy(() => import('./phase-run.tsx'));
const PhaseControls = lazy(() => import('./phase-controls.tsx'));

interface PhaseRunProps {
  handle: RunHandle;
  run: RunState;
  replaying?: boolean;
}

export function PhaseRunLater(props: PhaseRunProps) {
  return <Later part={PhaseRun} given={props} fallback={<Skeleton className="h-96" />} />;
}

export function PhaseControlsLater(props: { run: RunState }) {
  return <Later part={PhaseControls} given={props} fallback={<Skeleton className="h-8 w-40" />} />;
}

function Later<P extends object>({ part: Part, given, fallback }: { part: ComponentType<P>; given: P; fallback: React.JSX.Element }) {
  const [awake, setAwake] = useState(false);
  useEffect(() => setAwake(true), []);
  if (!awake) return fallback;
  return (
    <Suspense fallback={fallback}>
      <Part {...given} />
    </Suspense>
  );
}
