import type { RunState } from '@specwright/protocol/run-state.ts';
import { cx } from '../ui/class-names.ts';
import { lookOf } from '../ui/status-look.ts';
import { taskParts } from './stages.ts';

const FILLS: Record<string, string> = {
  completed: 'bg-accent',
  running: 'bg-accent/50',
  reviewing: 'bg-accent/50',
  failed: 'bg-bad',
  skipped: 'bg-line-strong',
  cancelled: 'bg-line-strong',
};

/** "Tasks: 12/35 complete", and a bar with a part for each batch, as long as its tasks are many. */
export function TaskProgress({ run }: { run: RunState }) {
  const { done = 0, total = 0 } = run.phase?.seen?.counts ?? {};
  if (total === 0 || run.phase?.config.command) return null;
  const parts = taskParts(run);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span data-testid="task-count" className="shrink-0 tabular-nums">
        Tasks: <span className="font-semibold">{done}</span>/{total} complete
      </span>
      <div
        role="progressbar"
        aria-label="Tasks complete"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={`${done} of ${total} tasks complete`}
        className={cx('flex h-2 min-w-40 flex-1 overflow-hidden rounded-full', parts.length <= 60 && 'gap-[2px]')}
      >
        {parts.map(({ key, title, status, tasks }) => (
          <span
            key={key}
            title={`${title}: ${tasks} tasks, ${lookOf(status).word}`}
            style={{ flexGrow: tasks }}
            className={cx(
              'h-full min-w-0 basis-0 transition-colors duration-300',
              FILLS[status] ?? 'bg-raised',
              status === 'running' && run.status === 'running' && 'animate-breathe',
            )}
          />
        ))}
      </div>
    </div>
  );
}
