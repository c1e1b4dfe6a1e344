import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import { type Look, lookOf } from './status-look.ts';

const TONES: Record<Look['tone'], string> = {
  quiet: 'text-muted bg-raised',
  accent: 'text-accent bg-accent-soft',
  warn: 'text-warn bg-warn-soft',
  bad: 'text-bad bg-bad-soft',
  info: 'text-info bg-info-soft',
  review: 'text-review bg-review-soft',
};

const INKS: Record<Look['tone'], string> = {
  quiet: 'text-faint',
  accent: 'text-accent',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  review: 'text-review',
};

/** A state as a sign and a word: never by colour alone. */
export function StatusBadge({ status, className }: { status: string; className?: string }) {
  const look = lookOf(status);
  return (
    <span
      data-testid="status"
      data-status={status}
      className={cx('inline-flex h-5 items-center gap-1.5 rounded px-1.5 text-[11.5px] leading-none', TONES[look.tone], className)}
    >
      <Icon name={look.icon} className={look.moving ? 'animate-breathe' : undefined} />
      {look.word}
    </span>
  );
}

/** The sign alone, where the word stands beside it for screen readers only. */
export function StatusSign({ status, className }: { status: string; className?: string }) {
  const look = lookOf(status);
  return (
    <span className={cx('inline-grid h-[1.55em] w-4 shrink-0 place-items-center', INKS[look.tone], className)} title={look.word}>
      <Icon name={look.icon} className={look.moving ? 'animate-breathe' : undefined} />
      <span className="sr-only">{look.word}</span>
    </span>
  );
}
