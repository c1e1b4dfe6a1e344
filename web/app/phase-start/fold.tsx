import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';

interface FoldProps {
  title: string;
  /** What stands in it, while it is closed. */
  aside: ReactNode;
  open: boolean;
  onToggle: (open: boolean) => void;
  children: ReactNode;
}

/** A part of a form that most people leave as it is. */
export function Fold({ title, aside, open, onToggle, children }: FoldProps) {
  return (
    <details open={open} onToggle={(event) => onToggle(event.currentTarget.open)} className="group mb-3 rounded-md border border-line">
      <summary className="flex min-h-8 cursor-pointer list-none flex-wrap items-center gap-x-2 px-3 py-1.5 hover:bg-raised [&::-webkit-details-marker]:hidden">
        <Icon name="chevron" className="text-faint transition-transform group-open:rotate-90" />
        <span>{title}</span>
        <span className="ml-auto text-[12px] text-faint">{aside}</span>
      </summary>
      <div className="border-t border-line p-3">{children}</div>
    </details>
  );
}
