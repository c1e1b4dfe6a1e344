import { type KeyboardEvent as ReactKeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { RunHandle } from '../live/use-run.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { EventDetails } from './event-details.tsx';
import { LogList, type LogListHandle } from './log-list.tsx';
import { filterLog, isFiltering, nextFailure } from './log-rows.ts';
import { LogTools } from './log-tools.tsx';

interface EventLogProps {
  handle: RunHandle;
  /** The number the page is shown at; null: live. */
  at: number | null;
  onAt: (at: number | null) => void;
}

/** Every event of a run. Only the rows in sight are drawn and only the ranges looked at are read, so that length costs nothing. */
export function EventLogView({ handle, at, onAt }: EventLogProps) {
  const { feed, log, logVersion, run } = handle;
  const last = run.seq;
  const [filter, setFilter] = useState({ text: '', failuresOnly: false });
  const [follow, setFollow] = useState(true);
  const [chosen, setChosen] = useState<number | null>(null);
  const list = useRef<LogListHandle>(null);
  const search = useRef<HTMLInputElement>(null);
  const filtering = isFiltering(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log changes in place; its version says so.
  const rows = useMemo(() => (filtering ? filterLog(log, last, filter) : null), [filtering, filter, log, logVersion, last]);

  const loadAll = useCallback(() => feed.load(1, last).catch(() => toast.error('Older events could not be read.')), [feed, last]);
  useEffect(() => {
    if (filtering) void loadAll();
  }, [filtering, loadAll]);

  const toNextFailure = useCallback(async () => {
    await loadAll();
    const seq = nextFailure(log, chosen ?? 0, last);
    if (seq === null) return toast('No failure in this run.');
    setFollow(false);
    setFilter({ text: '', failuresOnly: false });
    setChosen(seq);
    list.current?.show(seq);
  }, [loadAll, log, chosen, last]);
  useLogKeys({ onFollow: () => setFollow((on) => !on), onFailure: toNextFailure, onSearch: () => search.current?.focus() });

  const onKeyDown = (event: ReactKeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = rows ? rows[Math.max(0, rows.indexOf(chosen ?? 0) + step)] : Math.min(last, Math.max(1, (chosen ?? last) + step));
    if (next === undefined) return;
    setFollow(false);
    setChosen(next);
    list.current?.show(next);
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <LogTools
        search={search}
        filter={filter}
        onFilter={setFilter}
        follow={follow}
        onFollow={setFollow}
        onNextFailure={toNextFailure}
        found={rows?.length ?? null}
        last={last}
        at={at}
        onAt={onAt}
      />
      <LogList
        ref={list}
        handle={handle}
        rows={rows}
        last={last}
        follow={follow && at === null}
        onLeaveEnd={() => setFollow(false)}
        chosen={chosen}
        onChoose={(seq) => setChosen(seq === chosen ? null : seq)}
        onKeyDown={onKeyDown}
        at={at}
      />
      {chosen !== null && log.at(chosen) ? <EventDetails event={log.at(chosen)} onClose={() => setChosen(null)} onAt={onAt} /> : null}
    </div>
  );
}

interface LogKeys {
  onFollow: () => void;
  onFailure: () => void;
  onSearch: () => void;
}

function useLogKeys({ onFollow, onFailure, onSearch }: LogKeys): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = { j: onFollow, f: onFailure, s: onSearch }[event.key];
      if (!act || isTyping(event)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onFollow, onFailure, onSearch]);
}
