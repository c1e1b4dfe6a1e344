import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Caret, Icon } from './icon.tsx';

interface PanelProps {
  title: ReactNode;
  /** A heading's id, so that the region has a name. */
  id: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  className?: string;
}

/** A bordered region with a name. */
export function Panel({ title, id, aside, children, flush, className }: PanelProps) {
  return (
    <section aria-labelledby={id} className={cx('min-w-0 rounded-lg border border-line bg-surface', className)}>
      <header className="flex min-h-10 flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
        <h2 id={id} className="text-[12px] font-semibold uppercase tracking-[0.08em] text-muted">
          {title}
        </h2>
        {aside ? <div className="flex flex-wrap items-center gap-2">{aside}</div> : null}
      </header>
      <div className={flush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="px-4 py-10 text-center">
      <p aria-hidden="true" className="mb-3 select-none text-accent">
        <Icon name="chevron" />
        <Caret />
      </p>
      <p className="font-semibold">{title}</p>
      {children ? <div className="mx-auto mt-1 max-w-[52ch] text-muted">{children}</div> : null}
      {action ? <div className="mt-5 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}

const NOTICE_TONES = {
  info: 'border-info/30 bg-info-soft text-info',
  warn: 'border-warn/30 bg-warn-soft text-warn',
  bad: 'border-bad/30 bg-bad-soft text-bad',
  accent: 'border-accent/30 bg-accent-soft text-accent',
};

interface NoticeProps {
  tone: keyof typeof NOTICE_TONES;
  children: ReactNode;
  action?: ReactNode;
  role?: 'status' | 'alert';
  testId?: string;
}

/** A sentence that must be seen, with what can be done about it. */
export function Notice({ tone, children, action, role, testId }: NoticeProps) {
  return (
    <div
      role={role}
      data-testid={testId}
      className={cx('flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border px-3 py-2', NOTICE_TONES[tone])}
    >
      <div className="min-w-0 flex-1 basis-60 break-words">{children}</div>
      {action ? <div className="flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden="true"
      className={cx(
        'animate-shimmer rounded bg-[linear-gradient(90deg,var(--raised)_25%,var(--line)_50%,var(--raised)_75%)] bg-[length:200%_100%]',
        className,
      )}
    />
  );
}
