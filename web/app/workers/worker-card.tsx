import { Link } from '@remix-run/react';
import type { WorkerInfo } from '@specwright/protocol/workers-api.ts';
import type { ReactNode } from 'react';
import { cx } from '../ui/class-names.ts';
import { formatCost } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Elapsed } from '../ui/time.tsx';
import { WaitLine } from './wait-text.tsx';
import { WorkerControls } from './worker-controls.tsx';
import { badgeOf, chunkLine, whyStill } from './worker-state.ts';

/** One worker at a glance: what it works on, how far it is, where, since when, for how much. */
export function WorkerCard({ worker, projectName }: { worker: WorkerInfo; projectName: string }) {
  const line = chunkLine(worker);
  return (
    <li
      data-testid="worker"
      data-status={worker.runStatus}
      className="grid min-w-0 content-start gap-2.5 rounded-lg border border-line bg-surface p-4 [content-visibility:auto] [contain-intrinsic-size:auto_210px]"
    >
      <div className="flex items-start justify-between gap-3">
        <h3 className="min-w-0 break-words">
          <Link to={`/projects/${worker.projectId}`} className="text-muted hover:text-ink">
            {projectName}
          </Link>
          <span aria-hidden="true" className="text-faint">
            {' / '}
          </span>
          <Link to={`/workers/${worker.id}`} prefetch="intent" className="font-semibold hover:text-accent">
            {worker.specTitle}
          </Link>
        </h3>
        <StatusBadge status={badgeOf(worker)} className="mt-0.5 shrink-0" />
      </div>
      <p className="min-w-0 truncate" data-testid="worker-chunk">
        {line ?? <span className="text-faint">No chunk begun yet</span>}
        {worker.currentStep ? <span className="text-accent"> · {worker.currentStep}</span> : null}
      </p>
      <Bar progress={worker.progress} moving={worker.runStatus === 'running'} />
      <WhyStill worker={worker} />
      <dl className="flex flex-wrap gap-x-4 gap-y-0.5 text-[12px] text-muted">
        <Fact name="time">
          <Elapsed baseMs={worker.activeMs} since={worker.activeSince} />
        </Fact>
        <Fact name="cost">{formatCost(worker.costMicros)}</Fact>
        <Fact name="runner">{worker.runner?.name ?? '–'}</Fact>
        <Fact name="started by">{worker.startedBy?.name ?? '–'}</Fact>
        {worker.holdsSlot ? null : <Fact name="slot">given back</Fact>}
      </dl>
      <WorkerControls worker={worker} small />
    </li>
  );
}

/** What it waits for, in one sentence; nothing while it works. */
export function WhyStill({ worker }: { worker: WorkerInfo }) {
  const why = whyStill(worker);
  if (why === null) return null;
  return (
    <p data-testid="worker-wait" className="flex min-w-0 gap-2 text-[12px] text-warn">
      <Icon name="clock" className="mt-[0.2em]" />
      <span className="min-w-0 break-words">{worker.wait ? <WaitLine wait={worker.wait} /> : why}</span>
    </p>
  );
}

function Bar({ progress: { total, passed, failed }, moving }: { progress: WorkerInfo['progress']; moving: boolean }) {
  const share = (count: number) => `${total === 0 ? 0 : (count / total) * 100}%`;
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label="Chunks done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={passed}
        aria-valuetext={`${passed} of ${total} chunks done${failed > 0 ? `, ${failed} failed` : ''}`}
        className="flex h-2 min-w-0 flex-1 overflow-hidden rounded-full bg-raised"
      >
        <span className="h-full bg-accent transition-[width] duration-300" style={{ width: share(passed) }} />
        <span className="h-full bg-bad" style={{ width: share(failed) }} />
        <span
          className={cx('h-full bg-accent/40', moving ? 'animate-breathe' : 'opacity-0')}
          style={{ width: share(total > passed ? 1 : 0) }}
        />
      </div>
      <span className="shrink-0 text-[12px] tabular-nums text-muted">
        {passed}/{total}
      </span>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 gap-1.5">
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 break-words tabular-nums">{children}</dd>
    </div>
  );
}
