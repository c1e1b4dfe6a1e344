import type { RunSummary } from '@specwright/protocol/api.ts';
import type { WorkflowStatus } from '@specwright/protocol/workflow-api.ts';
import { lazy, useCallback, useEffect, useState } from 'react';
import { Later } from '../ui/later.tsx';
import { Skeleton } from '../ui/surface.tsx';
import { useReadAgain } from '../ui/use-read-again.ts';
import { isGoing, PhaseBadge } from './phase-badge.tsx';

/** A project without a phase does not carry its code. */
const PhaseBar = lazy(async () => ({ default: (await import('../phase/phase-bar.tsx')).PhaseBar }));

/** A summary is written within a second of what it tells. */
const SUMMARY_AFTER_MS = 1500;

const OVER: ReadonlySet<WorkflowStatus> = new Set(['Complete', 'Failed', 'Cancelled']);

/**
 * The status of a project's latest phase: what a loader read, until its bar knows better. A summary may be a moment behind,
 * and the buttons come and go with it.
 */
export function useLivePhase(phase: RunSummary | null) {
  const [live, setLive] = useState<{ runId: string; status: WorkflowStatus } | null>(null);
  const runId = phase?.id ?? '';
  const onStatus = useCallback((status: WorkflowStatus) => setLive({ runId, status }), [runId]);
  const seen = live?.runId === runId ? live.status : null;
  useReadAfter(seen !== null && OVER.has(seen));
  return { going: seen === null ? isGoing(phase) : !OVER.has(seen), seen, onStatus };
}

/** What the page's lists show of a phase is read once more when it is over. */
function useReadAfter(over: boolean): void {
  const readAgain = useReadAgain();
  useEffect(() => {
    if (!over) return;
    const timer = setTimeout(readAgain, SUMMARY_AFTER_MS);
    return () => clearTimeout(timer);
  }, [over, readAgain]);
}

interface LatestPhaseProps {
  phase: RunSummary;
  /** It was watched here: its bar stays when it is done. */
  watched: boolean;
  onStatus: (status: WorkflowStatus) => void;
}

/** The phase that is going, or that somebody may want to go on with; one that was complete before is only named. */
export function LatestPhase({ phase, watched, onStatus }: LatestPhaseProps) {
  if (phase.status === 'completed' && !watched)
    return (
      <p className="mb-4 text-[12px] text-muted">
        <PhaseBadge phase={phase} />
      </p>
    );
  return (
    <Later fallback={<Skeleton className="mb-4 h-36 w-full" />}>
      <PhaseBar key={phase.id} projectId={phase.projectId} runId={phase.id} onStatus={onStatus} />
    </Later>
  );
}
