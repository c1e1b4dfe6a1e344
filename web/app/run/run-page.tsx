import { Link } from '@remix-run/react';
import type { RunView } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { EventLogView } from '../event-log/event-log.tsx';
import { useReplay } from '../live/use-replay.ts';
import { useRun } from '../live/use-run.ts';
import { PhaseControlsLater } from '../phase/phase-later.tsx';
import { phaseLook } from '../phase/phase-look.ts';
import { CrashGuard } from '../ui/crash-guard.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Notice, Panel } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';
import { hasSpec } from './has-spec.ts';
import { RunControls } from './run-controls.tsx';
import { RunPanel } from './run-panel.tsx';

/** Any run: what it is now or was at any event, beside its whole log. */
export function RunPage({ view }: { view: RunView }) {
  const handle = useRun(view);
  const [at, setAt] = useState<number | null>(null);
  if (!handle) return null;
  return <RunPageBody handle={handle} at={at} onAt={setAt} />;
}

function RunPageBody({
  handle,
  at,
  onAt,
}: {
  handle: NonNullable<ReturnType<typeof useRun>>;
  at: number | null;
  onAt: (at: number | null) => void;
}) {
  const replay = useReplay(handle.feed, at);
  const replayed = at !== null && replay !== null && replay !== 'loading' && 'state' in replay ? replay.state : null;
  const run = replayed ?? handle.run;
  return (
    <main>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <nav aria-label="Breadcrumb" className="mb-1 flex gap-2 text-[12px] text-faint">
            <Link to={`/projects/${run.projectId}`} className="hover:text-ink">
              project
            </Link>
            <span aria-hidden="true">/</span>
            {hasSpec(run) ? (
              <>
                <Link to={`/specs/${run.specId}`} className="hover:text-ink">
                  spec
                </Link>
                <span aria-hidden="true">/</span>
              </>
            ) : null}
            <span>run</span>
          </nav>
          <h1 className="break-words text-[20px] font-semibold tracking-tight">{run.specTitle}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-[12px] text-faint">
            <StatusBadge status={run.phase ? phaseLook(run) : run.status} />
            started <Ago at={run.createdAt} />
            {run.startedBy ? ` by ${run.startedBy.name}` : ''}
          </p>
        </div>
        {at === null ? (
          <div className="flex flex-wrap gap-2">
            {handle.run.phase ? <PhaseControlsLater run={handle.run} /> : <RunControls run={handle.run} />}
          </div>
        ) : null}
      </header>
      {at === null ? null : (
        <div className="mb-4">
          <Notice
            tone="info"
            role="status"
            testId="replay-notice"
            action={
              <button type="button" className="underline underline-offset-2" onClick={() => onAt(null)}>
                Back to live
              </button>
            }
          >
            {replay !== null && replay !== 'loading' && 'failed' in replay
              ? replay.failed
              : replayed
                ? `The run as it was at event ${at} of ${handle.run.seq}.`
                : 'Reading the older events…'}
          </Notice>
        </div>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Panel id="run-heading" title={run.phase ? 'Phase' : 'Run'}>
          <CrashGuard what="run panel">
            <RunPanel handle={handle} run={run} replaying={at !== null} />
          </CrashGuard>
        </Panel>
        <Panel id="log-heading" title="Event log" flush className="lg:sticky lg:top-16">
          <CrashGuard what="event log">
            <div className="h-[70vh] lg:h-[max(420px,calc(100vh-200px))]">
              <EventLogView handle={handle} at={at} onAt={onAt} />
            </div>
          </CrashGuard>
        </Panel>
      </div>
    </main>
  );
}
