import { arrayMove } from '@dnd-kit/sortable';
import { useState } from 'react';
import { Sortable } from '../ui/sortable.tsx';
import { SortableRow } from '../ui/sortable-row.tsx';
import { useOrder } from '../ui/use-order.ts';
import { moveEntry } from '../workers/worker-calls.ts';
import { QueueBox } from './queue-box.tsx';
import { QueueRow } from './queue-row.tsx';
import type { QueueListProps } from './queue-still.tsx';
import { useRows } from './use-rows.ts';

/** A queue, ordered as every sortable list is, or by a row's menu. */
export default function SortableQueue({ label, items, call, pending }: QueueListProps) {
  const [order, setOrder] = useOrder(items, pending);
  const [carried, setCarried] = useState<string | null>(null);
  const ids = order.map((item) => item.id);
  const rows = useRows(ids, carried === null ? null : ids.indexOf(carried));
  const onMove = (from: number, to: number) => {
    const [moved, target] = [order[from], order[to]];
    if (!moved || !target) return;
    setOrder(arrayMove(order, from, to));
    call(moveEntry(moved.id, to < from ? { before: target.id } : { after: target.id }));
    rows.show(to);
  };
  const titled = order.map((item) => ({ id: item.id, title: item.specTitle }));
  return (
    <Sortable id={label} items={titled} onMove={onMove} onCarry={setCarried}>
      {(move) => (
        <QueueBox label={label} count={order.length} rows={rows}>
          {(index, { measure, style, ...marks }) => {
            const item = order[index];
            if (!item) return null;
            return (
              <SortableRow
                key={item.id}
                id={item.id}
                title={item.specTitle}
                onStep={(step) => move(index, index + step)}
                marks={{ ...marks, 'data-testid': 'queue-item' }}
                measure={measure}
                style={style}
                className="items-center border-b border-line last:border-b-0 focus-within:z-10"
                carriedClassName="z-20"
              >
                <QueueRow item={item} place={index + 1} count={order.length} call={call} onMove={(to) => move(index, to)} />
              </SortableRow>
            );
          }}
        </QueueBox>
      )}
    </Sortable>
  );
}
