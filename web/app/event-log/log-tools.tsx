import type { RefObject } from 'react';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { CONTROL } from '../ui/field.tsx';
import type { LogFilter } from './log-rows.ts';

interface LogToolsProps {
  search: RefObject<HTMLInputElement>;
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  onNextFailure: () => void;
  /** How many events pass the filter; null without one. */
  found: number | null;
  last: number;
  at: number | null;
  onAt: (at: number | null) => void;
}

export function LogTools(props: LogToolsProps) {
  const { search, filter, onFilter, follow, onFollow, onNextFailure, found, last } = props;
  return (
    <div className="grid grid-cols-1 gap-2 border-b border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-1.5">
        <input
          ref={search}
          type="search"
          aria-label="Search events"
          placeholder="search (s)"
          value={filter.text}
          onChange={(event) => onFilter({ ...filter, text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            onFilter({ ...filter, text: '' });
            event.currentTarget.blur();
          }}
          className={cx(CONTROL, 'h-[24px] min-w-24 flex-1 text-[12px]')}
        />
        <Button
          small
          kind="ghost"
          aria-pressed={filter.failuresOnly}
          className={cx(filter.failuresOnly && 'bg-bad-soft text-bad')}
          onClick={() => onFilter({ ...filter, failuresOnly: !filter.failuresOnly })}
        >
          Failures only
        </Button>
        <Button small kind="ghost" onClick={onNextFailure} title="Next failure (f)">
          Next failure
        </Button>
        <Button
          small
          kind="ghost"
          aria-pressed={follow}
          className={cx(follow && 'bg-accent-soft text-accent')}
          onClick={() => onFollow(!follow)}
          title="Follow the newest event (j)"
        >
          Follow
        </Button>
        <span className="ml-auto text-[12px] tabular-nums text-faint" role="status">
          {found === null ? `${last} events` : `${found} of ${last}`}
        </span>
      </div>
      <ReplayBar last={last} at={props.at} onAt={props.onAt} />
    </div>
  );
}

/** Shows the whole page as it was at any event. */
function ReplayBar({ last, at, onAt }: Pick<LogToolsProps, 'last' | 'at' | 'onAt'>) {
  const choose = (value: number) => onAt(Number.isInteger(value) && value >= 1 && value < last ? value : null);
  return (
    <div className="flex items-center gap-2 text-[12px] text-muted">
      <label className="flex min-w-0 flex-1 items-center gap-2">
        <span className="shrink-0">as it was at</span>
        <input
          type="range"
          aria-label="Show the page as it was at event"
          min={1}
          max={last}
          value={at ?? last}
          onChange={(event) => choose(Number(event.target.value))}
          className="min-w-0 flex-1 accent-(--accent)"
        />
      </label>
      <input
        type="number"
        aria-label="Event number"
        min={1}
        max={last}
        value={at ?? last}
        onChange={(event) => choose(Number(event.target.value))}
        className={cx(CONTROL, 'h-[24px] w-20 text-[12px] tabular-nums')}
      />
      <Button small kind={at === null ? 'ghost' : 'primary'} disabled={at === null} onClick={() => onAt(null)}>
        Live
      </Button>
    </div>
  );
}
