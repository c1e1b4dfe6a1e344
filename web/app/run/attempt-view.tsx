import type { Attempt, RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { formatCost, formatCount, formatDuration, plural } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { CheckView } from './check-view.tsx';
import { DiffPiece } from './diff-piece.tsx';
import { VerdictView } from './verdict-view.tsx';

/** One attempt: how it ended and why, its checks, its verdict, its diff, what it cost. */
export function AttemptView({ attempt, run }: { attempt: Attempt; run: RunState }) {
  const usage = run.job?.id === attempt.jobId ? run.job.usage : attempt.usage;
  return (
    <div className="grid grid-cols-1 gap-3" data-testid="attempt" data-result={attempt.result ?? 'running'}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[12px] text-faint">
        <StatusBadge status={attempt.result ?? 'running'} />
        {attempt.agent ? <span className="text-muted">{attempt.agent}</span> : null}
        {attempt.model ? <span>{attempt.model}</span> : null}
        <span className="tabular-nums">{formatCount(usage.inputTokens + usage.outputTokens)} tokens</span>
        <span className="tabular-nums">{formatCost(usage.costMicros)}</span>
        {attempt.durationMs > 0 ? <span className="tabular-nums">{formatDuration(attempt.durationMs)}</span> : null}
        {attempt.code ? <span className="text-bad">{attempt.code}</span> : null}
      </div>
      {attempt.message && attempt.message !== attempt.verdict?.summary ? (
        <p className="whitespace-pre-wrap break-words text-muted">{attempt.message}</p>
      ) : null}
      {attempt.diagnosis ? <p className="break-words text-muted">Diagnosis before it: {attempt.diagnosis.message}</p> : null}
      {attempt.checks.length > 0 ? (
        <ul aria-label="Checks" className="grid grid-cols-1 gap-1">
          {attempt.checks.map((check) => (
            <CheckView key={check.name + check.piece} check={check} runId={run.id} />
          ))}
        </ul>
      ) : null}
      {attempt.verdict ? <VerdictView verdict={attempt.verdict} step={run.phase ? 'confirm' : 'review'} /> : null}
      {attempt.diffPiece ? <DiffToggle hash={attempt.diffPiece} runId={run.id} stat={attempt.diffStat} /> : null}
    </div>
  );
}

function DiffToggle({ hash, runId, stat }: { hash: string; runId: string; stat: Attempt['diffStat'] }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="min-w-0">
      <Button small aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide diff' : 'Show diff'}
        {stat ? (
          <span className="tabular-nums text-faint">
            {plural(stat.files, 'file')} <span className="text-accent">+{stat.added}</span>{' '}
            <span className="text-bad">−{stat.removed}</span>
          </span>
        ) : null}
      </Button>
      {open ? (
        <div className="mt-2">
          <DiffPiece hash={hash} runId={runId} />
        </div>
      ) : null}
    </div>
  );
}
