import type { CSSProperties, ReactNode } from 'react';
import type { Rows } from './use-rows.ts';

interface QueueBoxProps {
  label: string;
  count: number;
  rows: Rows;
  /** Draws the row at this place with these attributes on its li. */
  children: (index: number, place: RowPlace) => ReactNode;
}

export interface RowPlace {
  'aria-setsize': number;
  'aria-posinset': number;
  'data-index': number;
  style: CSSProperties;
  measure: ((element: Element | null) => void) | null;
}

/** A queue's list: short ones as they are, long ones in a box that scrolls. */
export function QueueBox({ label, count, rows, children }: QueueBoxProps) {
  const placed = (index: number, top: number | null) =>
    children(index, {
      'aria-setsize': count,
      'aria-posinset': index + 1,
      'data-index': index,
      style: top === null ? {} : { position: 'absolute', left: 0, right: 0, top: `${top}px` },
      measure: top === null ? null : rows.measure,
    });
  if (rows.rows === null) {
    return (
      <ol aria-label={label} className="divide-y divide-line">
        {Array.from({ length: count }, (_, index) => placed(index, null))}
      </ol>
    );
  }
  return (
    <section
      ref={rows.box}
      aria-label={`${label}, scrolls`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      data-testid="queue-box"
      className="max-h-[min(620px,75vh)] overflow-y-auto overflow-x-hidden focus-visible:-outline-offset-2"
    >
      <ol aria-label={label} className="relative" style={{ height: `${rows.height}px` }}>
        {rows.rows.map(({ index, top }) => placed(index, top))}
      </ol>
    </section>
  );
}
