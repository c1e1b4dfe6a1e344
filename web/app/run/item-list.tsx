import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { memo, useMemo, useState } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { cx } from '../ui/class-names.ts';
import { formatCost, formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';
import { StatusSign } from '../ui/status-badge.tsx';
import { Attempts } from './attempts.tsx';
import { ItemActions } from './item-actions.tsx';
import { LiveActivity } from './live-activity.tsx';
import { outlineOf } from './run-outline.ts';

interface ItemListProps {
  handle: RunHandle;
  run: RunState;
  readOnly?: boolean;
}

/** Each chunk of the run with its fixes. What is worked on, and what failed, stands open until a person closes it. */
export function ItemList({ handle, run, readOnly }: ItemListProps) {
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  const outline = useMemo(() => outlineOf(run.items), [run.items]);
  const isOpen = (item: Item) => toggled[item.id] ?? (run.job?.itemId === item.id || item.status === 'failed');
  return (
    <ol aria-label="Chunks of this run" className="divide-y divide-line overflow-hidden rounded-md border border-line">
      {outline.flatMap(({ root, fixes }) =>
        [root, ...fixes].map((item) => (
          <li key={item.id} data-testid="run-item" data-status={item.status} data-kind={item.kind}>
            <ItemRow
              item={item}
              open={isOpen(item)}
              onToggle={() => setToggled({ ...toggled, [item.id]: !isOpen(item) })}
              step={stepOf(run, item)}
            />
            {isOpen(item) ? (
              <div className="grid grid-cols-1 gap-3 border-t border-line bg-bg px-3 py-3 sm:pl-9">
                {item.requestedChanges.length > 0 ? <RequestedChanges changes={item.requestedChanges} /> : null}
                {run.job?.itemId === item.id ? <LiveActivity handle={handle} run={run} job={run.job} /> : null}
                <Attempts item={item} run={run} />
                {readOnly ? null : <ItemActions item={item} run={run} />}
              </div>
            ) : null}
          </li>
        )),
      )}
    </ol>
  );
}

function stepOf(run: RunState, item: Item): string | null {
  return run.job?.itemId === item.id ? (run.job.held ? 'held' : (run.job.step ?? 'handing over')) : null;
}

interface ItemRowProps {
  item: Item;
  open: boolean;
  onToggle: () => void;
  step: string | null;
}

const ItemRow = memo(
  function ItemRow({ item, open, onToggle, step }: ItemRowProps) {
    const isFix = item.kind === 'fix';
    return (
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className={cx(
          'flex w-full flex-wrap items-center gap-x-2 gap-y-0.5 px-3 py-2 text-left transition-colors hover:bg-raised focus-visible:-outline-offset-2',
          !item.selected && 'opacity-60',
        )}
      >
        {isFix ? <Icon name="under" className="ml-2 text-faint" /> : null}
        <StatusSign status={item.status} />
        <span className="min-w-0 flex-1 basis-40 truncate">
          {isFix ? <span className="mr-1.5 rounded bg-review-soft px-1 text-[11px] text-review">fix</span> : null}
          <span className={cx(item.status === 'pending' && 'text-muted')}>{isFix ? item.title.replace(/^Fix: /, '') : item.title}</span>
          <span className="ml-2 text-[12px] text-faint">{item.key}</span>
        </span>
        <span className="flex items-center gap-3 text-[12px] tabular-nums text-faint">
          {step ? <span className="text-accent">{step}</span> : null}
          {item.attempts.length > 1 ? <span className="max-sm:hidden">{item.attempts.length} attempts</span> : null}
          {item.usage.costMicros ? <span className="max-sm:hidden">{formatCost(item.usage.costMicros)}</span> : null}
          {item.durationMs > 0 ? <span>{formatDuration(item.durationMs)}</span> : null}
          <Icon name="chevron" className={cx('transition-transform', open && 'rotate-90')} />
        </span>
      </button>
    );
  },
  (a, b) => a.item === b.item && a.open === b.open && a.step === b.step,
);

function RequestedChanges({ changes }: { changes: string[] }) {
  return (
    <div>
      <h4 className="text-[12px] text-review">Changes asked for by the review</h4>
      <ul className="mt-1 grid grid-cols-1 gap-1 text-muted">
        {changes.map((change) => (
          <li key={change} className="flex gap-2">
            <Icon name="redo" className="mt-[0.2em] text-review" />
            <span className="min-w-0 break-words">{change}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
