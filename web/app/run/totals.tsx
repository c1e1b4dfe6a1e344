import type { RunState } from '@specwright/protocol/run-state.ts';
import { formatCost, formatCount, formatDuration } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';

/** What a completed run came to. */
export function Totals({ run }: { run: RunState }) {
  const { totals } = run;
  const cells: [string, string][] = [
    ['passed', String(totals.passed)],
    ['failed', String(totals.failed)],
    ['fixes', String(totals.fixes)],
    ['commits', String(totals.commits)],
    ['tokens', formatCount(totals.usage.inputTokens + totals.usage.outputTokens)],
    ['cost', formatCost(totals.usage.costMicros)],
    ['time', formatDuration(run.activeMs)],
  ];
  return (
    <section aria-label="Totals" data-testid="totals" className="rounded-md border border-accent/30 bg-accent-soft px-4 py-3">
      <h3 className="font-semibold text-accent">
        <Icon name="check" /> {run.items.every((item) => item.selected) ? 'All chunks are done' : 'The chosen chunks are done'}
      </h3>
      <dl className="mt-2 grid grid-cols-[repeat(auto-fit,minmax(64px,1fr))] gap-x-4 gap-y-2">
        {cells.map(([name, value]) => (
          <div key={name}>
            <dt className="text-[11.5px] text-muted">{name}</dt>
            <dd className="text-[15px] tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
