import type { ReactNode } from 'react';

interface PageHeadProps {
  title: string;
  lead?: ReactNode;
  /** What can be done with the whole page. */
  children?: ReactNode;
}

/** A page's heading, a sentence about it, and its main buttons. */
export function PageHead({ title, lead, children }: PageHeadProps) {
  return (
    <header className="mb-1 flex flex-wrap items-end justify-between gap-3">
      <div className="min-w-0">
        <h1 className="break-words text-[20px] font-semibold tracking-tight">{title}</h1>
        {lead ? <div className="mt-1 break-words text-muted">{lead}</div> : null}
      </div>
      {children ? <div className="flex flex-wrap items-center gap-2">{children}</div> : null}
    </header>
  );
}
