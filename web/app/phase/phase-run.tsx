import type { RunState } from '@specwright/protocol/run-state.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { ConnectionLine } from '../run/connection-line.tsx';
import { Skeleton } from '../ui/surface.tsx';
import { PhaseHead } from './phase-head.tsx';
import { useWaitingTitle } from './use-waiting-title.ts';

/** A run of chunks does not carry a phase's code. Only after the page is awake: live events may not meet a part that is still being woken. */
const PhasePanel = lazy(() => import('./phase-panel.tsx'));

interface PhaseRunProps {
  handle: RunHandle;
  /** The state to show: the live one, or an older one while the log is replayed. */
  run: RunState;
  replaying?: boolean;
}

/** A phase on its run's page. */
export function PhaseRun({ handle, run, replaying }: PhaseRunProps) {
  const [awake, setAwake] = useState(false);
  useEffect(() => setAwake(true), []);
  useWaitingTitle(handle.run, orchestrationView(handle.run).status);
  return (
    <div className="grid grid-cols-1 gap-4" data-testid="run-panel" data-status={run.status} data-seq={run.seq}>
      {replaying ? null : <ConnectionLine connection={handle.connection} onReconnect={handle.feed.reconnect} />}
      <PhaseHead handle={handle} run={run} onPage />
      {awake ? (
        <Suspense fallback={<Skeleton className="h-60" />}>
          <PhasePanel handle={handle} run={run} replaying={replaying} />
        </Suspense>
      ) : (
        <Skeleton className="h-60" />
      )}
    </div>
  );
}
