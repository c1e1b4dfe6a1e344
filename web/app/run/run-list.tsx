import { Link } from '@remix-run/react';
import type { RunSummary } from '@specwright/protocol/api.ts';
import { formatCost, formatCount, formatDuration } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Ago } from '../ui/time.tsx';
import { hasSpec } from './has-spec.ts';

interface RunListProps {
  runs: RunSummary[];
  untitled?: boolean;
  /** Names where a run's title alone does not say whose it is: all phases have one name. */
  projects?: { id: string; name: string }[];
}

/** Runs, newest first: each row leads to the run. */
export function RunList({ runs, untitled, projects }: RunListProps) {
  return (
    <ul className="@container divide-y divide-line" data-testid="run-list">
      {runs.map((run) => (
        <li key={run.id} className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 transition-colors hover:bg-raised">
          <StatusBadge status={run.status} className="w-[92px]" />
          <Link to={`/runs/${run.id}`} prefetch="intent" className="min-w-0 flex-1 basis-48 truncate after:absolute after:inset-0">
            {untitled ? (
              <>
                run <span className="text-muted">{run.branch.slice(-8)}</span>
              </>
            ) : (
              <>
                {run.specTitle}
                <ProjectName run={run} projects={projects} />
              </>
            )}
          </Link>
          <span className="w-28 whitespace-nowrap text-[12px] tabular-nums text-muted">
            {run.progress.passed}/{run.progress.total}
            {run.fixes > 0 ? ` · ${run.fixes} ${run.fixes === 1 ? 'fix' : 'fixes'}` : ''}
          </span>
          <span className="w-24 text-right text-[12px] tabular-nums text-faint hidden @4xl:inline">
            {formatCount(run.usage.inputTokens + run.usage.outputTokens)} tok
          </span>
          <span className="w-16 text-right text-[12px] tabular-nums text-faint hidden @2xl:inline">{formatCost(run.usage.costMicros)}</span>
          <span className="w-16 text-right text-[12px] tabular-nums text-faint hidden @4xl:inline">{formatDuration(run.activeMs)}</span>
          <span className="ml-auto w-20 text-right text-[12px] text-faint">
            <Ago at={run.createdAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function ProjectName({ run, projects }: { run: RunSummary } & Pick<RunListProps, 'projects'>) {
  const name = hasSpec(run) ? undefined : projects?.find(({ id }) => id === run.projectId)?.name;
  return name === undefined ? null : <span className="text-muted"> · {name}</span>;
}
