import type { ReactNode } from 'react';
import { cx } from '../ui/class-names.ts';
import { formatDuration } from '../ui/format.ts';
import type { StepStretch } from './waterfall.ts';
import { howItEnded, isBroken } from './waterfall-rows.ts';

/** From when to when the whole is drawn. */
export interface Span {
  from: number;
  to: number;
}

const FILLS: Record<string, string> = {
  prepare: 'bg-info/70',
  execute: 'bg-accent',
  verify: 'bg-warn',
  review: 'bg-review',
  promote: 'bg-info',
};

/** A step's stretch in the colour of what it does, or of how it ended. */
export function StepBar({ step, span, end }: { step: StepStretch; span: Span; end: number }) {
  const to = step.to ?? end;
  const look = step.stopped ? 'bg-faint' : isBroken(step) ? 'bg-bad' : (FILLS[step.step] ?? 'bg-accent');
  const title = `${step.step}${step.ok === false ? ` ${howItEnded(step)}` : ''}, ${formatDuration(Math.max(0, to - step.from))}`;
  return <Bar span={span} from={step.from} to={to} className={cx(look, step.to === null && 'animate-breathe')} title={title} />;
}

export function Track({ children }: { children: ReactNode }) {
  return <span className="relative block h-2.5 min-w-0 overflow-hidden rounded-sm bg-raised">{children}</span>;
}

export function Bar({ span, from, to, className, title }: { span: Span; from: number; to: number; className: string; title: string }) {
  const whole = span.to - span.from;
  const left = Math.min(100, Math.max(0, ((from - span.from) / whole) * 100));
  const width = Math.max(0, Math.min(100 - left, ((to - from) / whole) * 100));
  return (
    <span
      title={title}
      className={cx('absolute inset-y-0 min-w-[3px] rounded-sm', className)}
      style={{ left: `min(${left}%, 100% - 3px)`, width: `${width}%` }}
    />
  );
}

export function Axis({ span }: { span: Span }) {
  const whole = span.to - span.from;
  return (
    <div
      aria-hidden="true"
      className="grid grid-cols-[minmax(110px,2fr)_3fr] gap-x-2 border-b border-line px-3 py-1 text-[11.5px] text-faint"
    >
      <span />
      <span className="flex justify-between tabular-nums">
        <span>0</span>
        <span>{formatDuration(Math.round(whole / 2000) * 1000)}</span>
        <span>{formatDuration(Math.round(whole / 1000) * 1000)}</span>
      </span>
    </div>
  );
}

export function Legend() {
  const parts: [string, string][] = [
    ['waiting', 'bg-line-strong'],
    ...Object.entries(FILLS),
    ['failed', 'bg-bad'],
    ['stopped', 'bg-faint'],
  ];
  return (
    <ul aria-label="Colours" className="flex flex-wrap gap-x-3 gap-y-1 border-t border-line px-3 py-2 text-[11.5px] text-muted">
      {parts.map(([name, fill]) => (
        <li key={name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className={cx('size-2.5 rounded-sm', fill)} />
          {name}
        </li>
      ))}
    </ul>
  );
}
