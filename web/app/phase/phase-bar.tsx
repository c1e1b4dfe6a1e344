import type { RunView } from '@specwright/protocol/api.ts';
import type { WorkflowStatus } from '@specwright/protocol/workflow-api.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { useEffect } from 'react';
import { type RunHandle, useRun } from '../live/use-run.ts';
import { ConnectionLine } from '../run/connection-line.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { CrashGuard } from '../ui/crash-guard.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice, Skeleton } from '../ui/surface.tsx';
import { BarNotice } from './bar-notice.tsx';
import PhaseControls from './phase-controls.tsx';
import { PhaseHead } from './phase-head.tsx';
import { useRunView } from './use-phase.ts';
import { useWaitingTitle } from './use-waiting-title.ts';

interface PhaseBarProps {
  projectId: string;
  runId: string;
  /** What a loader has read already; left out, the bar reads it. */
  view?: RunView | null;
  /** Told whenever the phase's status becomes another. */
  onStatus?: (status: WorkflowStatus) => void;
}

/** A phase on its project's page: how far it is, what it asks, Pause, Resume and Cancel. Live by the run's socket. */
export function PhaseBar({ runId, view, onStatus }: PhaseBarProps) {
  return (
    <CrashGuard what="phase bar">
      <section aria-label="Complete Phase" data-testid="phase-bar" className="mb-4 rounded-lg border border-accent/40 bg-surface p-4">
        {view ? <LiveBar view={view} onStatus={onStatus} /> : <ReadBar key={runId} runId={runId} onStatus={onStatus} />}
      </section>
    </CrashGuard>
  );
}

function ReadBar({ runId, onStatus }: Pick<PhaseBarProps, 'runId' | 'onStatus'>) {
  const { view, failed, again } = useRunView(runId);
  if (view) return <LiveBar view={view} onStatus={onStatus} />;
  if (!failed) return <Waiting />;
  return (
    <Notice
      tone="warn"
      role="status"
      action={
        <Button small onClick={again}>
          Read again
        </Button>
      }
    >
      How far the phase is could not be read.
    </Notice>
  );
}

function Waiting() {
  return (
    <div className="grid gap-3" role="status">
      <span className="sr-only">Reading how far the phase is…</span>
      <Skeleton className="h-5 w-72 max-w-full" />
      <Skeleton className="h-4 w-96 max-w-full" />
      <Skeleton className="h-2 w-full" />
    </div>
  );
}

function LiveBar({ view, onStatus }: { view: RunView } & Pick<PhaseBarProps, 'onStatus'>) {
  const handle = useRun(view);
  return handle ? <BarBody handle={handle} onStatus={onStatus} /> : null;
}

function BarBody({ handle, onStatus }: { handle: RunHandle } & Pick<PhaseBarProps, 'onStatus'>) {
  const { run } = handle;
  const { status } = orchestrationView(run);
  useWaitingTitle(run);
  useEffect(() => onStatus?.(status), [status, onStatus]);
  return (
    <div className="grid min-w-0 grid-cols-1 gap-3" data-status={status}>
      <ConnectionLine connection={handle.connection} onReconnect={handle.feed.reconnect} />
      <PhaseHead
        handle={handle}
        run={run}
        actions={
          <>
            <PhaseControls run={run} small />
            <ButtonLink small kind="ghost" to={`/runs/${run.id}`}>
              Details <Icon name="right" />
            </ButtonLink>
          </>
        }
      />
      <BarNotice run={run} />
    </div>
  );
}
