import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { memo } from 'react';
import { cx } from '../ui/class-names.ts';
import { formatClock } from '../ui/format.ts';
import { describeEvent, isFailure } from './describe-event.ts';

interface LogRowProps {
  seq: number;
  top: number;
  /** Undefined while it is read. */
  event: StoredEvent | undefined;
  chosen: boolean;
  /** After the number that the page is shown at. */
  later: boolean;
  onChoose: (seq: number) => void;
}

export const LogRow = memo(
  function LogRow({ seq, top, event, chosen, later, onChoose }: LogRowProps) {
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list carries the keys.
      <div
        id={`event-${seq}`}
        role="option"
        tabIndex={-1}
        aria-selected={chosen}
        aria-posinset={seq}
        onClick={() => onChoose(seq)}
        style={{ transform: `translateY(${top}px)` }}
        className={cx(
          'absolute inset-x-0 top-0 flex h-6 cursor-pointer items-center gap-2 px-3 whitespace-nowrap',
          chosen ? 'bg-accent-soft' : 'hover:bg-raised',
          later && 'opacity-40',
        )}
      >
        <span className="w-12 shrink-0 text-right tabular-nums text-faint">{seq}</span>
        {event ? <EventCells event={event} /> : <span className="text-faint">…</span>}
      </div>
    );
  },
  (a, b) => a.seq === b.seq && a.top === b.top && a.event === b.event && a.chosen === b.chosen && a.later === b.later,
);

function EventCells({ event }: { event: StoredEvent }) {
  return (
    <>
      <span className="shrink-0 tabular-nums text-faint max-sm:hidden">{formatClock(event.at)}</span>
      <span className={cx('w-[136px] shrink-0 truncate', isFailure(event) ? 'text-bad' : (TONES[event.kind] ?? 'text-muted'))}>
        {event.kind}
      </span>
      <span className="min-w-0 truncate text-ink">{describeEvent(event)}</span>
    </>
  );
}

const TONES: Partial<Record<StoredEvent['kind'], string>> = {
  chunk_completed: 'text-accent',
  run_completed: 'text-accent',
  chunk_started: 'text-accent',
  tool_called: 'text-info',
  review_ended: 'text-review',
  fix_chunk_created: 'text-review',
  fix_chunk_started: 'text-review',
  wait_started: 'text-warn',
  lease_ended: 'text-warn',
  pause_requested: 'text-warn',
  question_asked: 'text-warn',
  batches_found: 'text-accent',
  merge_approved: 'text-accent',
  diagnosed: 'text-review',
  stop_requested: 'text-warn',
};
