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
import type { Chunk } from '@specwright/protocol/api.ts';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { cx } from '../ui/class-names.ts';
import { Icon } from '../ui/icon.tsx';
import { useSend } from '../ui/use-send.ts';
import { ChunkBody, type ChunkListProps } from './chunk-row.tsx';
import type { SpecIntent } from './spec-intents.ts';

/** The chunks, ordered by drag, by the handle's keys, or by Alt and an arrow on a row. */
export default function SortableChunks(props: ChunkListProps) {
  const { chunks, specId } = props;
  const { send } = useSend<SpecIntent>(`/specs/${specId}`);
  const [order, setOrder] = useOrder(chunks);
  const [said, setSaid] = useState('');
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const move = (from: number, to: number) => {
    const moved = order[from];
    if (from === to || !moved || to < 0 || to >= order.length) return;
    const next = arrayMove(order, from, to);
    setOrder(next);
    setSaid(`${moved.title} is now number ${to + 1} of ${order.length}`);
    send({ intent: 'order-chunks', chunkIds: next.map((chunk) => chunk.id) });
  };
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (over) move(indexOf(order, String(active.id)), indexOf(order, String(over.id)));
  };
  return (
    <DndContext
      id="chunks"
      accessibility={{ announcements: announcementsOf(order) }}
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={onDragEnd}
    >
      <SortableContext items={order} strategy={verticalListSortingStrategy}>
        <ol aria-label="Chunks" className="divide-y divide-line">
          {order.map((chunk, index) => (
            <SortableChunk key={chunk.id} {...props} chunk={chunk} onMove={(step) => move(index, index + step)} />
          ))}
        </ol>
      </SortableContext>
      <p role="status" className="sr-only">
        {said}
      </p>
    </DndContext>
  );
}

/** What a screen reader says while a chunk is carried. */
function announcementsOf(order: Chunk[]): Announcements {
  const place = (id: UniqueIdentifier, over: UniqueIdentifier | undefined) => {
    const title = order.find((chunk) => chunk.id === id)?.title ?? '';
    return over === undefined ? `${title}, nowhere` : `${title}, place ${indexOf(order, String(over)) + 1} of ${order.length}`;
  };
  return {
    onDragStart: ({ active }) => `Carrying ${place(active.id, active.id)}`,
    onDragOver: ({ active, over }) => place(active.id, over?.id),
    onDragEnd: ({ active, over }) => `Set down ${place(active.id, over?.id)}`,
    onDragCancel: ({ active }) => `Back again: ${place(active.id, active.id)}`,
  };
}

interface SortableChunkProps extends ChunkListProps {
  chunk: Chunk;
  onMove: (step: number) => void;
}

function SortableChunk({ onMove, ...props }: SortableChunkProps) {
  const { chunk } = props;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id: chunk.id });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !step) return;
    event.preventDefault();
    onMove(step);
  };
  return (
    <li
      ref={setNodeRef}
      data-testid="chunk"
      data-status={chunk.status}
      onKeyDown={onKeyDown}
      style={{ transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
      className={cx(
        'flex items-start gap-1 bg-surface px-2 py-2',
        isDragging && 'relative z-10 shadow-(--shadow) outline outline-accent/50',
      )}
    >
      <button
        ref={setActivatorNodeRef}
        type="button"
        {...attributes}
        {...listeners}
        aria-label={`Move ${chunk.title}`}
        title="Drag, or Alt+↑ and Alt+↓"
        className="grid size-7 shrink-0 cursor-grab touch-none place-items-center rounded text-faint hover:text-ink active:cursor-grabbing"
      >
        <Icon name="grip" />
      </button>
      <ChunkBody {...props} />
    </li>
  );
}

/** The order a person sees: theirs at once, the server's when it answers with another. */
function useOrder(chunks: Chunk[]): [Chunk[], (order: Chunk[]) => void] {
  const [ids, setIds] = useState(() => chunks.map((chunk) => chunk.id));
  const fromServer = chunks.map((chunk) => chunk.id).join();
  useEffect(() => {
    setIds(fromServer.split(','));
  }, [fromServer]);
  const byId = new Map(chunks.map((chunk) => [chunk.id, chunk]));
  const ordered = ids.flatMap((id) => byId.get(id) ?? []);
  const added = chunks.filter((chunk) => !ids.includes(chunk.id));
  return [[...ordered, ...added], (order) => setIds(order.map((chunk) => chunk.id))];
}

function indexOf(chunks: Chunk[], id: string): number {
  return chunks.findIndex((chunk) => chunk.id === id);
}
