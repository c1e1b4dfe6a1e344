import { useVirtualizer } from '@tanstack/react-virtual';
import { forwardRef, type KeyboardEvent, useContext, useEffect, useImperativeHandle, useRef } from 'react';
import type { RunHandle } from '../live/use-run.ts';
import { NonceContext } from '../server/nonce.ts';
import { LogRow } from './log-row.tsx';

export interface LogListHandle {
  show: (seq: number) => void;
}

interface LogListProps {
  handle: RunHandle;
  /** The numbers to show; null: all. */
  rows: number[] | null;
  last: number;
  follow: boolean;
  /** A person scrolled away from the end. */
  onLeaveEnd: () => void;
  chosen: number | null;
  onChoose: (seq: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
  at: number | null;
}

const ROW_PX = 24;
/** The height that is drawn before the real one is known. */
const FIRST_PX = 600;
/** Ranges are read in steps of this many, so that scrolling asks seldom. */
const READ_STEP = 500;
/** Run by the parser, so that the newest events are seen with the page's first frame: React comes to it much later. */
const TO_THE_END = 'document.currentScript.previousElementSibling.scrollTop = 1e9';

export const LogList = forwardRef<LogListHandle, LogListProps>(function LogList(props, ref) {
  const { handle, rows, last, follow, onLeaveEnd, chosen, onChoose, onKeyDown, at } = props;
  const box = useRef<HTMLDivElement>(null);
  const scrolledTo = useRef(0);
  // Beside the state: events that arrive before React has heard of a scroll must not pull the person back.
  const pinned = useRef(follow);
  const count = rows?.length ?? last;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialRect: { width: 600, height: FIRST_PX },
    // Begins at its end: the newest events came with the page, the oldest would have to be read.
    initialOffset: () => (follow ? Math.max(0, count * ROW_PX - FIRST_PX) : 0),
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = items.at(-1)?.index ?? 0;

  useImperativeHandle(ref, () => ({
    show: (seq) => virtual.scrollToIndex(rows ? Math.max(0, rows.indexOf(seq)) : seq - 1, { align: 'center' }),
  }));
  useEffect(() => {
    pinned.current = follow;
  }, [follow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes to the end when following begins and whenever a row was added.
  useEffect(() => {
    if (pinned.current && box.current && count > 0) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, count]);
  useEffect(() => {
    if (at !== null) virtual.scrollToIndex(at - 1, { align: 'center' });
  }, [at, virtual]);
  useEffect(() => {
    if (rows !== null || handle.log.firstMissing(first + 1, Math.min(last, end + 1)) === null) return;
    const from = Math.max(1, first + 1 - (first % READ_STEP));
    handle.feed.load(from, Math.min(last, end + 1 + READ_STEP)).catch(() => undefined);
  }, [rows, first, end, last, handle]);

  return (
    <>
      <div
        ref={box}
        role="listbox"
        aria-label="Events"
        aria-activedescendant={chosen === null ? undefined : `event-${chosen}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={({ currentTarget: { scrollTop } }) => {
          if (pinned.current && scrollTop < scrolledTo.current - ROW_PX / 2) {
            pinned.current = false;
            onLeaveEnd();
          }
          scrolledTo.current = scrollTop;
        }}
        data-testid="event-log"
        className="min-h-0 flex-1 overflow-y-auto overflow-x-hidden bg-sunken text-[12px] focus-visible:-outline-offset-2"
      >
        <div style={{ height: `${virtual.getTotalSize()}px` }} className="relative">
          {items.map((item) => {
            const seq = rows ? (rows[item.index] ?? 0) : item.index + 1;
            return (
              <LogRow
                key={seq}
                seq={seq}
                top={item.start}
                event={handle.log.at(seq)}
                chosen={seq === chosen}
                later={at !== null && seq > at}
                onChoose={onChoose}
              />
            );
          })}
        </div>
        {count === 0 ? <p className="p-6 text-center text-muted">{rows ? 'No event matches.' : 'No event yet.'}</p> : null}
      </div>
      <FirstScroll />
    </>
  );
});

/** Stands right behind what it scrolls. Of no effect when React makes it in a page that is there already. */
function FirstScroll() {
  const nonce = useContext(NonceContext);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: TO_THE_END }} />;
}
