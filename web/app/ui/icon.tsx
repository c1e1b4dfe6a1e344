import type { ReactNode } from 'react';
import { cx } from './class-names.ts';

/** Drawn, not typed: the font's Latin subset has none of these, and fallback fonts differ on every machine. */
const ICONS = {
  dot: <circle cx="8" cy="8" r="4" fill="currentColor" stroke="none" />,
  ring: <circle cx="8" cy="8" r="4.5" />,
  dashes: <circle cx="8" cy="8" r="4.5" strokeDasharray="2.4 2.3" />,
  quarter: (
    <>
      <circle cx="8" cy="8" r="4.75" />
      <path d="M8 8V3.25A4.75 4.75 0 0 1 12.75 8Z" fill="currentColor" stroke="none" />
    </>
  ),
  eye: (
    <>
      <circle cx="8" cy="8" r="5" />
      <circle cx="8" cy="8" r="2" fill="currentColor" stroke="none" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  cross: <path d="m4.5 4.5 7 7m0-7-7 7" />,
  ban: <path d="M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3ZM4.6 4.6l6.8 6.8" />,
  skip: <path d="M3.5 4.5 8 8l-4.5 3.5zm6 0v7m3-7v7" />,
  pause: <path d="M6 4v8m4-8v8" />,
  stop: <rect x="4.5" y="4.5" width="7" height="7" fill="currentColor" stroke="none" />,
  clock: <path d="M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Zm0 2.25V8l2 1.5" />,
  redo: <path d="M12.5 8A4.5 4.5 0 1 1 11 4.65M11.25 2.5v2.4H8.85" />,
  bang: <path d="M8 3.5v5.5m0 3v.2" />,
  question: <path d="M6 6a2 2 0 1 1 2.8 1.8c-.5.3-.8.6-.8 1.4m0 2.8v.1" />,
  play: <path d="M5.5 3.8v8.4l6.5-4.2z" fill="currentColor" />,
  more: <path d="M4 8h.01M8 8h.01M12 8h.01" strokeWidth="2.2" />,
  copy: <path d="M6 6h6.5v6.5H6zM3.5 10V3.5H10" />,
  grip: <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" strokeWidth="1.9" />,
  left: <path d="M13 8H3.5m3.5-3.5L3.5 8 7 11.5" />,
  right: <path d="M3 8h9.5M9 4.5 12.5 8 9 11.5" />,
  under: <path d="M4.5 3v5.5H12M9 5.5l3 3-3 3" />,
  chevron: <path d="m6 4 4 4-4 4" />,
  prompt: <path d="m3 4.5 3.5 3.5L3 11.5m5.5 1H13" strokeWidth="2" />,
  team: <path d="M2.5 13.5V6L8 2.5 13.5 6v7.5zM6.5 13.5V10h3v3.5" />,
  machine: <path d="M2.5 3.5h11v7h-11zM5.5 13h5" />,
  minus: <path d="M4 8h8" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICONS;

/** A sign beside words; it says nothing to screen readers. */
export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={cx('inline-block size-[1.15em] shrink-0 align-[-0.18em]', className)}
    >
      {ICONS[name]}
    </svg>
  );
}

/** The block that stands where text is being written. */
export function Caret({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cx('ml-0.5 inline-block h-[1.1em] w-[0.55em] animate-breathe bg-current align-[-0.18em]', className)}
    />
  );
}
