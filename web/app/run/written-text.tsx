import { type ReactNode, useState } from 'react';
import { stripAnsi } from '../text/ansi.ts';
import { cx } from '../ui/class-names.ts';
import { usePiece } from './use-piece.ts';

interface WrittenTextProps {
  runId: string;
  role: 'text' | 'thought';
  excerpt: string;
  /** Names the whole of it. */
  piece: string;
}

/** What an agent wrote: how it begins, and all of it for who asks. */
export function WrittenText({ runId, role, excerpt, piece }: WrittenTextProps) {
  const [all, setAll] = useState(false);
  if (all) return <Whole runId={runId} role={role} piece={piece} otherwise={excerpt} />;
  return (
    <Words role={role}>
      {stripAnsi(excerpt)}
      {excerpt.endsWith('…') ? (
        <button type="button" onClick={() => setAll(true)} className="ml-2 text-[12px] text-accent underline underline-offset-2">
          Show all
        </button>
      ) : null}
    </Words>
  );
}

function Whole({ runId, role, piece, otherwise }: Omit<WrittenTextProps, 'excerpt'> & { otherwise: string }) {
  const { text, message } = usePiece(runId, piece);
  return (
    <Words role={role}>
      {stripAnsi(text ?? otherwise)}
      {text === null ? <span className="ml-2 text-[12px] text-faint">{message}</span> : null}
    </Words>
  );
}

export function Words({ role, children }: { role: 'text' | 'thought'; children: ReactNode }) {
  return <p className={cx('whitespace-pre-wrap break-words', role === 'thought' && 'italic text-faint')}>{children}</p>;
}
