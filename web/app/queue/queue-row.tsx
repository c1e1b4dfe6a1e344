import { Link } from '@remix-run/react';
import type { QueueItem } from '@specwright/protocol/workers-api.ts';
import { toast } from 'sonner';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { Menu } from '../ui/menu.tsx';
import { Ago } from '../ui/time.tsx';
import type { useCalls } from '../ui/use-calls.ts';
import { WaitLine } from '../workers/wait-text.tsx';
import { prioritise, queueSpec, removeEntry } from '../workers/worker-calls.ts';
import { PriorityField } from './priority-field.tsx';

export interface QueueRowProps {
  item: QueueItem;
  /** From 1. */
  place: number;
  count: number;
  call: ReturnType<typeof useCalls>['call'];
  /** To a place from 0; null: this person does not order the queue. */
  onMove: ((to: number) => void) | null;
}

/** An entry right of its handle: what, since when and by whom, why it waits, its priority, what can be done with it. */
export function QueueRow({ item, place, count, call, onMove }: QueueRowProps) {
  const remove = () =>
    call(removeEntry(item.id), {
      onDone: () =>
        toast(`Removed ${item.specTitle}`, {
          action: {
            label: 'Queue again',
            onClick: () => call(queueSpec(item.specId, item.priority), { done: `${item.specTitle} is queued again` }),
          },
        }),
    });
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <span className="w-7 shrink-0 text-right tabular-nums text-faint" data-testid="place">
        <span className="sr-only">Place </span>
        {place}
      </span>
      <span className="min-w-0 flex-1 basis-32 md:basis-52">
        <span className="flex min-w-0 items-baseline gap-2">
          <Link to={`/workers/${item.id}`} className="min-w-0 truncate font-semibold hover:text-accent">
            {item.specTitle}
          </Link>
          {item.moved ? (
            <span className="shrink-0 rounded bg-info-soft px-1 text-[11.5px] text-info" title="A person gave it this place by hand">
              moved
            </span>
          ) : null}
        </span>
        <span
          className={cx('block text-[12px] text-muted', !item.wait.machines?.length && 'truncate max-md:whitespace-normal')}
          data-testid="wait"
        >
          <WaitLine wait={item.wait} />
        </span>
      </span>
      <span className="w-52 truncate text-[12px] text-faint max-md:order-last max-md:w-full max-md:pl-10">
        {item.addedBy?.name ?? 'Somebody'}, <Ago at={item.addedAt} />
      </span>
      {onMove === null ? (
        <span className="min-w-16 text-right text-[12px] tabular-nums text-muted">
          <span className="max-lg:sr-only text-faint">priority </span>
          {item.priority}
        </span>
      ) : (
        <>
          <PriorityField
            title={item.specTitle}
            value={item.priority}
            onChange={(priority) => call(prioritise(item.id, priority), { done: `${item.specTitle} has priority ${priority}` })}
          />
          <Button small kind="ghost" className="max-sm:hidden" onClick={remove} aria-label={`Remove ${item.specTitle}`}>
            Remove
          </Button>
          <Menu
            label={`Actions for ${item.specTitle}`}
            items={[
              { label: 'Move to the top', disabled: place === 1, onSelect: () => onMove(0) },
              { label: 'Move up', disabled: place === 1, onSelect: () => onMove(place - 2) },
              { label: 'Move down', disabled: place === count, onSelect: () => onMove(place) },
              { label: 'Move to the end', disabled: place === count, onSelect: () => onMove(count - 1) },
              { label: 'Remove', danger: true, onSelect: remove, apart: true },
            ]}
          />
        </>
      )}
    </div>
  );
}
