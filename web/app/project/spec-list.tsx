import { Link } from '@remix-run/react';
import type { SpecSummary } from '@specwright/protocol/api.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Ago } from '../ui/time.tsx';

const LIVE = ['queued', 'running', 'pausing', 'paused', 'stopping', 'waiting'];

export function SpecList({ specs }: { specs: SpecSummary[] }) {
  return (
    <ul className="divide-y divide-line" data-testid="spec-list">
      {specs.map((spec) => (
        <li key={spec.id} className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors hover:bg-raised">
          <StatusBadge status={spec.status} className="w-[92px]" />
          <Link
            to={`/specs/${spec.id}`}
            prefetch="intent"
            className="min-w-0 flex-1 basis-48 truncate font-semibold after:absolute after:inset-0"
          >
            {spec.title}
          </Link>
          {spec.latestRun && LIVE.includes(spec.latestRun.status) && spec.latestRun.currentStep ? (
            <span className="text-[12px] text-accent">{spec.latestRun.currentStep}</span>
          ) : null}
          <Done done={spec.completedCount} total={spec.chunkCount} />
          <span className="w-20 text-right text-[12px] text-faint">
            <Ago at={spec.updatedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Done({ done, total }: { done: number; total: number }) {
  const share = total === 0 ? 0 : Math.round((done / total) * 100);
  return (
    <span className="flex w-32 items-center gap-2 text-[12px] tabular-nums text-muted">
      <span aria-hidden="true" className="h-1.5 flex-1 overflow-hidden rounded-full bg-raised">
        <span className="block h-full bg-accent" style={{ width: `${share}%` }} />
      </span>
      {done}/{total}
      <span className="sr-only">chunks done</span>
    </span>
  );
}
