import type { RunState } from '@specwright/protocol/run-state.ts';
import { cx } from '../ui/class-names.ts';
import { lookOf } from '../ui/status-look.ts';
import { progressOf } from './run-outline.ts';

const FILLS: Record<string, string> = {
  completed: 'bg-accent',
  running: 'bg-accent animate-breathe',
  reviewing: 'bg-review animate-breathe',
  failed: 'bg-bad',
  skipped: 'bg-line-strong',
  cancelled: 'bg-line-strong',
};

/** A part for each chunk, coloured by its state, and the numbers beside it. */
export function ProgressBar({ run }: { run: RunState }) {
  const { done, total } = progressOf(run);
  const wanted = run.items.filter((item) => item.kind === 'chunk' && item.selected);
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label="Chunks done"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${done} of ${total} chunks done`}
        className={cx('flex h-2 min-w-0 flex-1 overflow-hidden rounded-full', wanted.length <= 60 && 'gap-[2px]')}
      >
        {wanted.map((item) => (
          <span
            key={item.id}
            title={`${item.title}: ${lookOf(item.status).word}`}
            className={cx('h-full min-w-0 flex-1 transition-colors duration-300', FILLS[item.status] ?? 'bg-raised')}
          />
        ))}
      </div>
      <span className="shrink-0 tabular-nums" data-testid="progress">
        <span className="font-semibold">{done}</span>
        <span className="text-faint">/{total}</span>
      </span>
      <span className="sr-only" role="status">
        Run {lookOf(run.status).word}: {done} of {total} chunks done
      </span>
    </div>
  );
}
