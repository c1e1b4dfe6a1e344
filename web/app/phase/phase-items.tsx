import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { Attempts } from '../run/attempts.tsx';
import { LiveActivity } from '../run/live-activity.tsx';
import { cx } from '../ui/class-names.ts';
import { formatCost, formatDuration, plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusSign } from '../ui/status-badge.tsx';
import { nameOf } from './phase-outlook.ts';
import { TaskList } from './task-list.tsx';

interface PhaseItemsProps {
  handle: RunHandle;
  run: RunState;
}

/** The stages and batches in their order, each with its tasks, its attempts and what its agent does now. */
export function PhaseItems({ handle, run }: PhaseItemsProps) {
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  const isOpen = (item: Item) => toggled[item.id] ?? (run.job?.itemId === item.id || item.status === 'failed');
  if (run.items.length === 0 && isAtRest(run)) return null;
  if (run.items.length === 0) return <p className="text-muted">The stages are planned when a machine has read the repository.</p>;
  return (
    <ol aria-label="Stages and batches" className="divide-y divide-line overflow-hidden rounded-md border border-line">
      {run.items.map((item) => (
        <li key={item.id} data-testid="run-item" data-status={item.status} data-stage={item.phase?.stage}>
          <ItemRow run={run} item={item} open={isOpen(item)} onToggle={() => setToggled({ ...toggled, [item.id]: !isOpen(item) })} />
          {isOpen(item) ? (
            <div className="grid grid-cols-1 gap-3 border-t border-line bg-bg px-3 py-3 sm:pl-9">
              {run.job?.itemId === item.id ? <LiveActivity handle={handle} run={run} job={run.job} /> : null}
              <TaskList item={item} run={run} />
              <Attempts item={item} run={run} />
            </div>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

function ItemRow({ run, item, open, onToggle }: { run: RunState; item: Item; open: boolean; onToggle: () => void }) {
  const tasks = item.phase?.tasks.length ?? 0;
  const isHeal = run.job?.itemId === item.id && run.job.kind === 'heal';
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={onToggle}
      className="flex w-full flex-wrap items-center gap-x-2 gap-y-0.5 px-3 py-2 text-left transition-colors hover:bg-raised focus-visible:-outline-offset-2"
    >
      <StatusSign status={signOf(run, item)} />
      <span className="min-w-0 flex-1 basis-40 truncate">
        {item.phase?.stage === 'implement' ? <span className="mr-2 text-[12px] text-faint">{nameOf(run, item)}</span> : null}
        <span className={cx(item.status === 'pending' && 'text-muted')}>{item.title}</span>
      </span>
      <span className="flex items-center gap-3 text-[12px] tabular-nums text-faint">
        {isHeal ? <span className="text-review">auto-healing</span> : stepOf(run, item)}
        {item.heals > 0 && item.status === 'completed' ? (
          <span className="rounded bg-review-soft px-1 text-[11px] text-review">healed</span>
        ) : null}
        {tasks > 0 ? <span className="max-sm:hidden">{plural(tasks, 'task')}</span> : null}
        {item.usage.costMicros ? <span className="max-sm:hidden">{formatCost(item.usage.costMicros)}</span> : null}
        {item.durationMs > 0 ? <span>{formatDuration(item.durationMs)}</span> : null}
        <Icon name="chevron" className={cx('transition-transform', open && 'rotate-90')} />
      </span>
    </button>
  );
}

/** What began and stands is seen to stand. */
function signOf(run: RunState, item: Item): string {
  const begun = item.status === 'running' || item.status === 'reviewing';
  if (begun && (run.status === 'waiting' || run.status === 'queued' || run.status === 'paused' || run.question)) return 'waiting';
  return run.job?.itemId === item.id && run.job.kind === 'heal' ? 'healing' : item.status;
}

function stepOf(run: RunState, item: Item) {
  if (run.job?.itemId !== item.id) return null;
  return <span className="text-accent">{run.job.held ? 'held' : (run.job.step ?? 'handing over')}</span>;
}
