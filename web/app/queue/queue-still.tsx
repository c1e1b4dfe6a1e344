import type { QueueItem } from '@specwright/protocol/workers-api.ts';
import { Icon } from '../ui/icon.tsx';
import type { useCalls } from '../ui/use-calls.ts';
import { QueueBox } from './queue-box.tsx';
import { QueueRow } from './queue-row.tsx';
import { useRows } from './use-rows.ts';

export interface QueueListProps {
  label: string;
  items: QueueItem[];
  call: ReturnType<typeof useCalls>['call'];
  /** A call is on its way. */
  pending: boolean;
}

/** The list without drag and drop: for those who only look, for the server's HTML, and while the rest is loaded. */
export function QueueStill({ label, items, call, handles }: QueueListProps & { handles?: boolean }) {
  const rows = useRows(
    items.map((item) => item.id),
    null,
  );
  return (
    <QueueBox label={label} count={items.length} rows={rows}>
      {(index, { measure, ...place }) => {
        const item = items[index];
        if (!item) return null;
        return (
          <li
            key={item.id}
            ref={measure}
            {...place}
            data-testid="queue-item"
            className="flex items-center gap-1 border-b border-line bg-surface px-2 last:border-b-0"
          >
            {handles ? (
              <span className="grid size-7 shrink-0 place-items-center text-faint">
                <Icon name="grip" />
              </span>
            ) : null}
            <QueueRow item={item} place={index + 1} count={items.length} call={call} onMove={null} />
          </li>
        );
      }}
    </QueueBox>
  );
}
