import { Link } from '@remix-run/react';
import type { Page, Project, RunSummary, RunView, Spec, SpecStatus } from '@specwright/protocol/api.ts';
import { specStatusOf } from '@specwright/protocol/run-progress.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { useEffect, useRef } from 'react';
import { type RunHandle, useRun } from '../live/use-run.ts';
import { useSlots } from '../live/use-workers.ts';
import { RunList } from '../run/run-list.tsx';
import { RunPanel } from '../run/run-panel.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { CrashGuard } from '../ui/crash-guard.tsx';
import { Icon } from '../ui/icon.tsx';
import { ShowMore, useMore } from '../ui/show-more.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Empty, Notice, Panel } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';
import { useReadAgain } from '../ui/use-read-again.ts';
import { ChunkSection } from './chunk-section.tsx';
import { RunAll } from './run-all.tsx';
import { SpecMenu } from './spec-menu.tsx';
import { SpecText } from './spec-text.tsx';

interface SpecPageProps {
  spec: Spec;
  project: Project | null;
  runs: Page<RunSummary>;
  view: RunView | null;
}

/** A spec: its text and chunks, and beside them the run that carries it out. */
export function SpecPage({ spec, project, view, ...first }: SpecPageProps) {
  const runs = useMore(first.runs, `/api/specs/${spec.id}/runs?limit=20`);
  const handle = useRun(view);
  useRefreshAtTurns(handle);
  const active = handle !== null && !isAtRest(handle.run);
  return (
    <main>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <nav aria-label="Breadcrumb" className="mb-1 flex gap-2 text-[12px] text-faint">
            <Link to="/" className="hover:text-ink">
              projects
            </Link>
            <span aria-hidden="true">/</span>
            <Link to={`/projects/${spec.projectId}`} className="truncate hover:text-ink">
              {project?.name ?? 'project'}
            </Link>
          </nav>
          <h1 className="break-words text-[20px] font-semibold tracking-tight">{spec.title}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-[12px] text-faint">
            <StatusBadge status={statusNow(spec, handle)} />
            version {spec.version} · changed <Ago at={spec.updatedAt} />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <RunAll spec={spec} run={handle?.run ?? null} archived={project?.archivedAt != null} />
          <SpecMenu spec={spec} />
        </div>
      </header>
      {active ? null : <SlotsWarning projectId={spec.projectId} />}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,9fr)_minmax(0,11fr)]">
        <div className={active ? 'grid min-w-0 grid-cols-1 gap-4 max-lg:order-2' : 'grid min-w-0 grid-cols-1 gap-4'}>
          <ChunkSection spec={spec} run={handle?.run ?? null} />
          <SpecText spec={spec} />
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <CurrentRun handle={handle} chunkCount={spec.chunks.length} />
          {runs.items.length > 0 ? (
            <Panel id="past-runs" title="Runs" flush>
              <RunList runs={runs.items.map((run) => runNow(run, handle))} untitled />
              <ShowMore {...runs} what="runs" />
            </Panel>
          ) : null}
        </div>
      </div>
    </main>
  );
}

/** What the run itself says is newer than its summary, by which the spec and the list are read. */
function statusNow(spec: Spec, handle: RunHandle | null): SpecStatus {
  const isGoing = spec.status === 'queued' || spec.status === 'running';
  return handle !== null && (isGoing || !isAtRest(handle.run)) ? specStatusOf(handle.run) : spec.status;
}

function runNow(summary: RunSummary, handle: RunHandle | null): RunSummary {
  return summary.id === handle?.run.id ? { ...summary, status: handle.run.status } : summary;
}

/** Said before somebody starts what will have to wait. */
function SlotsWarning({ projectId }: { projectId: string }) {
  const warning = useSlots()?.projects.find((project) => project.projectId === projectId)?.warning;
  if (!warning) return null;
  return (
    <div className="mb-4">
      <Notice
        tone="warn"
        role="status"
        testId="slots-warning"
        action={
          <ButtonLink small to="/workers">
            See the queue
          </ButtonLink>
        }
      >
        {warning}
      </Notice>
    </div>
  );
}

function CurrentRun({ handle, chunkCount }: { handle: RunHandle | null; chunkCount: number }) {
  if (handle === null) {
    return (
      <Panel id="run-heading" title="Run" flush>
        <Empty title="Not run yet">
          {chunkCount === 0
            ? 'Add chunks first: small pieces of work, each with what must be true when it is done.'
            : 'Run All carries the chunks out in the order of their dependencies. Each is executed, verified and reviewed, then committed on a branch of its own.'}
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel
      id="run-heading"
      title="Run"
      aside={
        <>
          <StatusBadge status={handle.run.status} />
          <ButtonLink small kind="ghost" to={`/workers/${handle.run.id}`}>
            Waterfall
          </ButtonLink>
          <ButtonLink small kind="ghost" to={`/runs/${handle.run.id}`}>
            Event log <Icon name="right" />
          </ButtonLink>
        </>
      }
    >
      <CrashGuard what="run panel">
        <RunPanel handle={handle} run={handle.run} />
      </CrashGuard>
    </Panel>
  );
}

/** What D1 keeps (badges, summaries) follows the run by a moment: read it again when the run or one of its chunks turns. */
function useRefreshAtTurns(handle: RunHandle | null): void {
  const readAgain = useReadAgain();
  const turn = handle ? `${handle.run.id}:${handle.run.status}:${handle.run.totals.passed}` : '';
  const before = useRef(turn);
  useEffect(() => {
    if (before.current === turn) return;
    before.current = turn;
    const timer = setTimeout(readAgain, 1200);
    return () => clearTimeout(timer);
  }, [turn, readAgain]);
}
