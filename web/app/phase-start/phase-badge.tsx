import { Link } from '@remix-run/react';
import type { RunSummary } from '@specwright/protocol/api.ts';
import { phaseStatusOf } from '@specwright/protocol/phase-status.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Ago } from '../ui/time.tsx';

const ENDED: ReadonlySet<RunSummary['status']> = new Set(['completed', 'failed', 'cancelled']);

/** True while the phase is going, or waits. */
export function isGoing(phase: Pick<RunSummary, 'status'> | null): boolean {
  return phase !== null && !ENDED.has(phase.status);
}

/** A project's latest phase in a line: its status, which step it is at, and the way to it. */
export function PhaseBadge({ phase }: { phase: RunSummary }) {
  const { current, total } = phase.progress;
  const status = phaseStatusOf(phase).toLowerCase().replaceAll(' ', '_');
  return (
    <Link
      to={`/runs/${phase.id}`}
      data-testid="phase-badge"
      title={phase.reason?.message}
      className="inline-flex max-w-full items-center gap-2 rounded hover:text-ink"
    >
      <StatusBadge status={status} />
      <span className="truncate">
        {phase.specTitle}
        {isGoing(phase) ? (
          total > 0 ? (
            ` · step ${current} of ${total}`
          ) : null
        ) : (
          <span className="text-faint">
            {' '}
            · <Ago at={phase.endedAt ?? phase.createdAt} />
          </span>
        )}
      </span>
    </Link>
  );
}
