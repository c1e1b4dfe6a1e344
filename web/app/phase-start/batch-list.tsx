import type { BatchSeen } from '@specwright/protocol/phase.ts';
import { plural } from '../ui/format.ts';
import { Icon } from '../ui/icon.tsx';

/** The batches in their order, each folded over its open tasks. */
export function BatchList({ batches }: { batches: BatchSeen[] }) {
  if (batches.length === 0) return null;
  return (
    <ol
      aria-label="Batches"
      className="max-h-60 divide-y divide-line overflow-y-auto rounded-md border border-line md:max-h-[42vh]"
      data-testid="phase-batches"
    >
      {batches.map(({ title, tasks }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two sections may have one name; the order is the file's.
        <li key={`${at} ${title}`}>
          <details className="group">
            <summary className="flex cursor-pointer list-none items-center gap-2 px-3 py-1.5 hover:bg-raised [&::-webkit-details-marker]:hidden">
              <Icon name="chevron" className="text-faint transition-transform group-open:rotate-90" />
              <span className="w-5 shrink-0 text-right tabular-nums text-faint">{at + 1}</span>
              <span className="min-w-0 flex-1 truncate">{title}</span>
              <span className="shrink-0 text-[12px] tabular-nums text-muted">{plural(tasks.length, 'open task')}</span>
            </summary>
            <ul className="border-t border-line bg-sunken px-3 py-2 text-[12px]">
              {tasks.map(({ key, name, title: task }) => (
                <li key={key} className="flex gap-2 py-0.5">
                  <span className="shrink-0 text-accent">{name}</span>
                  <span className="min-w-0 break-words text-muted [overflow-wrap:anywhere]">{task}</span>
                </li>
              ))}
            </ul>
          </details>
        </li>
      ))}
    </ol>
  );
}
