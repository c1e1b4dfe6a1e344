import { useMemo, useState } from 'react';
import { parseDiff } from '../text/diff.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/class-names.ts';
import { usePiece } from './use-piece.ts';

const LINES_AT_FIRST = 800;

/** A diff, file by file. A long one begins with its first lines. */
export function DiffPiece({ hash, runId }: { hash: string; runId: string }) {
  const { text, message } = usePiece(runId, hash);
  const [all, setAll] = useState(false);
  const lines = useMemo(() => (text === null ? [] : parseDiff(text)), [text]);
  if (text === null) return <p className="text-[12px] text-muted">{message}</p>;
  const shown = all ? lines : lines.slice(0, LINES_AT_FIRST);
  return (
    <>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label="Diff"
        className="max-h-[70vh] overflow-auto rounded-md border border-line bg-sunken whitespace-pre py-2 text-[12px] leading-[1.5]"
      >
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity of their own.
          <div key={index} className={cx('min-w-max px-3', LOOKS[line.kind])}>
            {line.text || ' '}
          </div>
        ))}
      </section>
      {lines.length > shown.length ? (
        <Button small kind="ghost" onClick={() => setAll(true)}>
          Show all {lines.length} lines
        </Button>
      ) : null}
    </>
  );
}

const LOOKS = {
  file: 'sticky left-0 mt-1 border-y border-line bg-raised py-0.5 font-semibold text-ink first:mt-0',
  hunk: 'text-info',
  added: 'bg-accent-soft text-accent',
  removed: 'bg-bad-soft text-bad',
  meta: 'text-faint',
  same: 'text-muted',
};
