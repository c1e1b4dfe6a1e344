import type { RunState } from '@specwright/protocol/run-state.ts';
import { formatCost, formatDuration } from '../ui/format.ts';
import { sumOf } from './phase-sum.ts';

/** What was done, in numbers. */
export function SumCells({ run }: { run: RunState }) {
  const { batches, tasks, commits, heals, diff, costMicros, activeMs } = sumOf(run);
  const cells: [string, string][] = [
    ...(batches.total > 0 ? [['batches', `${batches.done}/${batches.total}`] satisfies [string, string]] : []),
    ...(run.phase?.config.command ? [] : [['tasks', `${tasks.done}/${tasks.total}`] satisfies [string, string]]),
    ['commits', String(commits)],
    ['heals', String(heals)],
    ['lines', `+${diff.added} −${diff.removed}`],
    ['cost', formatCost(costMicros)],
    ['time', formatDuration(activeMs)],
  ];
  return (
    <dl aria-label="What was done" className="mt-2 flex flex-wrap gap-x-6 gap-y-2">
      {cells.map(([name, value]) => (
        <div key={name}>
          <dt className="text-[11.5px] text-muted">{name}</dt>
          <dd className="text-[15px] tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
