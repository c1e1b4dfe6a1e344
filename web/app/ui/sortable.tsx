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
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { type ReactNode, useState } from 'react';

/** Moves what stands at one place (from 0) to another; beyond an end is the end. */
export type Move = (from: number, to: number) => void;

interface SortableProps {
  /** Names the list among the page's others. */
  id: string;
  /** As a person sees them now. */
  items: { id: string; title: string }[];
  /** Both places are in the list, and differ. */
  onMove: Move;
  /** What a person carries at this moment. */
  onCarry?: (id: string | null) => void;
  /** Draws the list; its rows are SortableRow. */
  children: (move: Move) => ReactNode;
}

/** A list that is ordered by drag, by its handles' keys, or by Alt and an arrow on a row. Every move is told to screen readers. */
export function Sortable({ id, items, onMove, onCarry, children }: SortableProps) {
  const [said, setSaid] = useState('');
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const ids = items.map((item) => item.id);
  const move = (from: number, wished: number) => {
    const to = Math.max(0, Math.min(items.length - 1, wished));
    const moved = items[from];
    if (from === to || !moved) return;
    setSaid(`${moved.title} is now number ${to + 1} of ${items.length}`);
    onMove(from, to);
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    onCarry?.(null);
    const to = over ? ids.indexOf(String(over.id)) : -1;
    if (to >= 0) move(ids.indexOf(String(active.id)), to);
  };
  return (
    <DndContext
      id={id}
      accessibility={{ announcements: announcementsOf(items) }}
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragStart={({ active }) => onCarry?.(String(active.id))}
      onDragCancel={() => onCarry?.(null)}
      onDragEnd={onDragEnd}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        {children(move)}
      </SortableContext>
      <p role="status" className="sr-only">
        {said}
      </p>
    </DndContext>
  );
}

/** What a screen reader says while something is carried. */
function announcementsOf(items: SortableProps['items']): Announcements {
  const indexOf = (id: UniqueIdentifier) => items.findIndex((item) => item.id === id);
  const place = (id: UniqueIdentifier, over: UniqueIdentifier | undefined) => {
    const title = items[indexOf(id)]?.title ?? '';
    return over === undefined ? `${title}, nowhere` : `${title}, place ${indexOf(over) + 1} of ${items.length}`;
  };
  return {
    onDragStart: ({ active }) => `Carrying ${place(active.id, active.id)}`,
    onDragOver: ({ active, over }) => place(active.id, over?.id),
    onDragEnd: ({ active, over }) => `Set down ${place(active.id, over?.id)}`,
    onDragCancel: ({ active }) => `Back again: ${place(active.id, active.id)}`,
  };
}
