import type { ReactNode } from 'react';
import { Toasts } from '../shell/toasts.tsx';
import { Caret, Icon } from '../ui/icon.tsx';

interface DoorFrameProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages before the sign-in: one narrow column. */
export function DoorFrame({ title, lead, children }: DoorFrameProps) {
  return (
    <main className="mx-auto grid min-h-[92vh] max-w-[460px] grid-cols-1 content-center px-4 py-12">
      <p aria-hidden="true" className="flex items-center gap-2 text-[15px] text-accent">
        <Icon name="chevron" />
        <span className="font-semibold tracking-tight text-ink">specwright</span>
        <Caret />
      </p>
      <h1 className="mt-4 break-words text-[22px] font-semibold tracking-tight">{title}</h1>
      {lead ? <div className="mt-1 text-muted">{lead}</div> : null}
      <div className="mt-6 grid grid-cols-1 gap-4">{children}</div>
      <Toasts />
    </main>
  );
}

export function DoorCard({ children }: { children: ReactNode }) {
  return <section className="rounded-lg border border-line bg-surface p-5">{children}</section>;
}
