import { useSortable } from '@dnd-kit/sortable';
import type { CSSProperties, KeyboardEvent, ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';

interface SortableRowProps {
  id: string;
  title: string;
  /** Up is -1, down is 1. */
  onStep: (step: number) => void;
  /** Attributes of the li. */
  marks: Record<`data-${string}` | `aria-${string}`, string | number>;
  className: string;
  /** Added while it is carried. */
  carriedClassName: string;
  style?: CSSProperties;
  measure?: ((element: Element | null) => void) | null;
  /** What stands right of the handle. */
  children: ReactNode;
}

/** A row of a Sortable: its handle, and whatever the list shows. */
export function SortableRow({ id, title, onStep, marks, className, carriedClassName, style, measure, children }: SortableRowProps) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({ id });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !step) return;
    event.preventDefault();
    onStep(step);
  };
  return (
    <li
      ref={(element) => {
        setNodeRef(element);
        measure?.(element);
      }}
      {...marks}
      onKeyDown={onKeyDown}
      style={{ ...style, transform: transform ? `translate3d(0, ${Math.round(transform.y)}px, 0)` : undefined, transition }}
      className={cx(
        'flex gap-1 bg-surface px-2',
        className,
        isDragging && `shadow-(--shadow) outline outline-accent/50 ${carriedClassName}`,
      )}
    >
      <button
        ref={setActivatorNodeRef}
        type="button"
        {...attributes}
        {...listeners}
        aria-label={`Move ${title}`}
        title="Drag, or Alt+↑ and Alt+↓"
        className="grid size-7 shrink-0 cursor-grab touch-none place-items-center rounded text-faint hover:text-ink active:cursor-grabbing"
      >
        <Icon name="grip" />
      </button>
      {children}
    </li>
  );
}
