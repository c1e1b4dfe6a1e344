import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

/** Longer queues scroll in a box of their own, where only what is seen is drawn. */
const DRAWN_WHOLE = 40;
const ROW_PX = 61;
const BOX_PX = 620;

/** @param carried the row that is being moved: it stays drawn wherever the box is scrolled to */
export function useRows(ids: string[], carried: number | null) {
  const box = useRef<HTMLElement>(null);
  const isBoxed = ids.length > DRAWN_WHOLE;
  const virtual = useVirtualizer({
    count: ids.length,
    enabled: isBoxed,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
    initialRect: { width: 600, height: BOX_PX },
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      return carried === null || carried < 0 || seen.includes(carried) ? seen : [...seen, carried].sort((a, b) => a - b);
    },
  });
  const rows = isBoxed ? virtual.getVirtualItems().map(({ index, start }) => ({ index, top: start })) : null;
  return {
    box,
    /** Null: all are drawn, one after the other. */
    rows,
    height: virtual.getTotalSize(),
    measure: virtual.measureElement,
    show: (index: number) => isBoxed && virtual.scrollToIndex(index),
  };
}

export type Rows = ReturnType<typeof useRows>;
