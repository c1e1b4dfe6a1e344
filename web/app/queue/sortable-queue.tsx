import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable';
import type { QueueItem } from '@specwright/protocol/workers-api.ts';
import { type KeyboardEvent, useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { moveEntry } from '../workers/worker-calls.ts';
import { QueueBox, type RowPlace } from './queue-box.tsx';
import { QueueRow, type QueueRowProps } from './queue-row.tsx';
import type { QueueListProps } from './queue-still.tsx';
import { useOrder } from './use-order.ts';
import { useRows } from './use-rows.ts';

/** A queue, ordered by drag, by the handle's keys, by Alt and an arrow on a row, or by a row's menu. */
export default function SortableQueue({ label, items, call, pending }: QueueListProps) {
  const [order, setOrder] = useOrder(items, pending);
  const [carried, setCarried] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const ids = order.map((item) => item.id);
  const rows = useRows(ids, carried === null ? null : ids.indexOf(carried));
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const move = (from: number, to: number) => {
    const [moved, target] = [order[from], order[to]];
    if (from === to || !moved || !target) return;
    setOrder(arrayMove(order, from, to));
    setSaid(`${moved.specTitle} is now number ${to + 1} of ${order.length}`);
    call(moveEntry(moved.id, to < from ? { before: target.id } : { after: target.id }));
    rows.show(to);
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    setCarried(null);
    if (over) move(ids.indexOf(String(active.id)), ids.indexOf(String(over.id)));
  };
  return (
    <DndContext
      id={label}
      accessibility={{ announcements: announcementsOf(order) }}
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragStart={({ active }) => setCarried(String(active.id))}
      onDragCancel={() => setCarried(null)}
      onDragEnd={onDragEnd}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <QueueBox label={label} count={order.length} rows={rows}>
          {(index, place) => {
            const item = order[index];
            if (!item) return null;
            const onMove = (to: number) => move(index, Math.max(0, Math.min(order.length - 1, to)));
            return <SortableRow key={item.id} at={place} item={item} place={index + 1} count={order.length} call={call} onMove={onMove} />;
          }}
        </QueueBox>
      </SortableContext>
      <p role="status" className="sr-only">
        {said}
      </p>
    </DndContext>
  );
}

function SortableRow({ at, ...props }: QueueRowProps & { at: RowPlace; onMove: (to: number) => void }) {
  const { item, place, onMove } = props;
  const { measure, style, ...marks } = at;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: item.id });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -2, ArrowDown: 0 }[event.key];
    if (!event.altKey || step === undefined) return;
    event.preventDefault();
    onMove(place + step);
  };
  return (
    <li
      ref={(element) => {
        setNodeRef(element);
        measure?.(element);
      }}
      {...marks}
      data-testid="queue-item"
      onKeyDown={onKeyDown}
      style={{ ...style, transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
      className={cx(
        'flex items-center gap-1 border-b border-line bg-surface px-2 last:border-b-0 focus-within:z-10',
        isDragging && 'z-20 shadow-(--shadow) outline outline-accent/50',
      )}
    >
      <button
        ref={setActivatorNodeRef}
        type="button"
        {...attributes}
        {...listeners}
        aria-label={`Move ${item.specTitle}`}
        title="Drag, or Alt+↑ and Alt+↓"
        className="grid size-7 shrink-0 cursor-grab touch-none place-items-center rounded text-faint hover:text-ink active:cursor-grabbing"
      >
        <Icon name="grip" />
      </button>
      <QueueRow {...props} />
    </li>
  );
}

/** What a screen reader says while an entry is carried. */
function announcementsOf(order: QueueItem[]): Announcements {
  const indexOf = (id: UniqueIdentifier) => order.findIndex((item) => item.id === id);
  const place = (id: UniqueIdentifier, over: UniqueIdentifier | undefined) => {
    const title = order[indexOf(id)]?.specTitle ?? '';
    return over === undefined ? `${title}, nowhere` : `${title}, place ${indexOf(over) + 1} of ${order.length}`;
  };
  return {
    onDragStart: ({ active }) => `Carrying ${place(active.id, active.id)}`,
    onDragOver: ({ active, over }) => place(active.id, over?.id),
    onDragEnd: ({ active, over }) => `Set down ${place(active.id, over?.id)}`,
    onDragCancel: ({ active }) => `Back again: ${place(active.id, active.id)}`,
  };
}
