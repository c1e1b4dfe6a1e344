import { useEffect, useMemo, useRef } from 'react';
import { cx } from '../ui/class-names.ts';
import { parseAnsi } from './ansi.ts';

const COLORS = ['text-faint', 'text-bad', 'text-accent', 'text-warn', 'text-info', 'text-review', 'text-info', 'text-ink'];

/** What a command printed: colours kept, nothing obeyed. Scrolls by keyboard, and begins at its end, where the outcome stands. */
export function Output({ text, label, className }: { text: string; label: string; className?: string }) {
  const spans = useMemo(() => parseAnsi(text), [text]);
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another text begins at its end again.
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <section
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={label}
      className={cx(
        'overflow-auto whitespace-pre-wrap break-words rounded-md border border-line bg-sunken p-3 text-[12px] leading-[1.5]',
        className,
      )}
    >
      {spans.map((span, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity of their own.
          key={index}
          className={cx(span.color !== null && COLORS[span.color], span.bold && 'font-semibold', span.dim && 'text-muted') || undefined}
        >
          {span.text}
        </span>
      ))}
    </section>
  );
}
