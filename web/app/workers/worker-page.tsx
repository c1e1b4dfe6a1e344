import { Link } from '@remix-run/react';
import type { RunView } from '@specwright/protocol/api.ts';
import type { RunState } from '@specwright/protocol/run-state.ts';
import type { WorkerInfo } from '@specwright/protocol/workers-api.ts';
import { useMachine } from '../live/use-machine.ts';
import { type RunHandle, useRun } from '../live/use-run.ts';
import { ConnectionLine } from '../run/connection-line.tsx';
import { hasSpec } from '../run/has-spec.ts';
import { ProgressBar } from '../run/progress-bar.tsx';
import { quotaOf, whyResting } from '../run/run-outline.ts';
import { ButtonLink } from '../ui/button.tsx';
import { CrashGuard } from '../ui/crash-guard.tsx';
import { formatCost, formatCount } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Notice } from '../ui/surface.tsx';
import { Elapsed } from '../ui/time.tsx';
import { useRefresh } from '../ui/use-refresh.ts';
import { QuotaText, WaitLine } from './wait-text.tsx';
import { WorkerControls } from './worker-controls.tsx';
import { WorkerPanels } from './worker-panels.tsx';

interface WorkerPageProps {
  view: RunView;
  /** Why it waits is dispatch's to say; null: not known. */
  worker: WorkerInfo | null;
  projectName: string;
}

/** How often the reason of a wait is read again. */
const WAITING_MS = 4000;
const SELDOM_MS = 60_000;

/** One worker: when what was done, beside what went in and came out. */
export function WorkerPage({ view, worker, projectName }: WorkerPageProps) {
  const handle = useRun(view);
  if (!handle) return null;
  return <WorkerBody handle={handle} worker={worker} projectName={projectName} />;
}

function WorkerBody({ handle, worker, projectName }: Omit<WorkerPageProps, 'view'> & { handle: RunHandle }) {
  const { run } = handle;
  useRefresh(run.status === 'queued' ? WAITING_MS : SELDOM_MS);
  return (
    <main>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <nav aria-label="Breadcrumb" className="mb-1 flex min-w-0 gap-2 text-[12px] text-faint">
            <Link to="/workers" className="hover:text-ink">
              workers
            </Link>
            <span aria-hidden="true">/</span>
            <Link to={`/projects/${run.projectId}`} className="min-w-0 truncate hover:text-ink">
              {projectName}
            </Link>
            {hasSpec(run) ? (
              <>
                <span aria-hidden="true">/</span>
                <Link to={`/specs/${run.specId}`} className="hover:text-ink">
                  spec
                </Link>
              </>
            ) : null}
          </nav>
          <h1 className="break-words text-[20px] font-semibold tracking-tight">{run.specTitle}</h1>
          <Facts handle={handle} />
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <WorkerControls worker={{ id: run.id, specTitle: run.specTitle, runStatus: run.status }} />
          <ButtonLink kind="ghost" to={`/runs/${run.id}`}>
            Event log <Icon name="right" />
          </ButtonLink>
        </div>
      </header>
      <div className="mb-4 grid grid-cols-1 gap-3">
        <ConnectionLine connection={handle.connection} onReconnect={handle.feed.reconnect} what="The worker goes" />
        <Why run={run} worker={worker} />
        <ProgressBar run={run} />
      </div>
      <CrashGuard what="waterfall">
        <WorkerPanels handle={handle} />
      </CrashGuard>
    </main>
  );
}

function Facts({ handle }: { handle: RunHandle }) {
  const { run } = handle;
  const machine = useMachine(handle, run);
  const { usage } = run.totals;
  return (
    <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-[12px] text-faint">
      <StatusBadge status={run.status} />
      <span>
        time <Elapsed baseMs={run.activeMs} since={run.activeSince} />
      </span>
      <span className="tabular-nums">cost {formatCost(usage.costMicros)}</span>
      <span className="tabular-nums">{formatCount(usage.inputTokens + usage.outputTokens)} tokens</span>
      <span>runner {machine ?? '–'}</span>
      {run.startedBy ? <span>started by {run.startedBy.name}</span> : null}
    </p>
  );
}

/** Why it does not work now, in one sentence. */
function Why({ run, worker }: { run: RunState; worker: WorkerInfo | null }) {
  const wait = run.status === 'queued' ? worker?.wait : null;
  const quota = quotaOf(run);
  const reason = whyResting(run);
  if (!wait && !quota && reason === null) return null;
  return (
    <Notice tone={run.status === 'failed' ? 'bad' : run.status === 'cancelled' ? 'info' : 'warn'} role="status" testId="worker-reason">
      {wait ? <WaitLine wait={wait} /> : quota ? <QuotaText quota={quota} /> : reason}
    </Notice>
  );
}
