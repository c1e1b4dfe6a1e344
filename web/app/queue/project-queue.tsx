import { Link } from '@remix-run/react';
import type { ProjectSlots, QueueItem } from '@specwright/protocol/workers-api.ts';
import { type ComponentType, useEffect, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { CrashGuard } from '../ui/crash-guard.tsx';
import { plural } from '../ui/format.ts';
import { Notice, Panel } from '../ui/surface.tsx';
import { useCalls } from '../ui/use-calls.ts';
import { pauseQueue } from '../workers/worker-calls.ts';
import { type QueueListProps, QueueStill } from './queue-still.tsx';

interface ProjectQueueProps {
  slots: ProjectSlots;
  items: QueueItem[];
  onAdd: () => void;
}

/** One project's queue, which everybody who sees it orders together, and how many of its slots are taken. */
export function ProjectQueue({ slots, items, onAdd }: ProjectQueueProps) {
  const { call, pending } = useCalls();
  const mayRun = useMay('member');
  const List = useSortableQueue(mayRun);
  return (
    <Panel
      id={`queue-${slots.projectId}`}
      flush
      title={
        <Link to={`/projects/${slots.projectId}`} className="hover:text-ink">
          {slots.projectName}
        </Link>
      }
      aside={
        <>
          <span className="text-[12px] tabular-nums text-faint" data-testid="project-slots">
            {slots.active}/{slots.max} at work · {plural(items.length, 'spec')} queued
            {slots.fairSharing ? ' · members take turns' : ''}
          </span>
          {mayRun ? (
            <>
              <PauseQueue slots={slots} />
              <Button small onClick={onAdd}>
                + Add to queue<span className="sr-only"> of {slots.projectName}</span>
              </Button>
            </>
          ) : null}
        </>
      }
    >
      {slots.paused ? (
        <div className="p-2">
          <Notice tone="warn" role="status">
            {slots.paused.by ? `Paused by ${slots.paused.by.name}` : 'Paused'}: nothing new is begun here. What works goes on.
          </Notice>
        </div>
      ) : null}
      {slots.warning ? <p className="px-4 py-2 text-[12px] text-warn">{slots.warning}</p> : null}
      {items.length === 0 ? (
        <p className="px-4 py-3 text-muted">Nothing waits.</p>
      ) : (
        <CrashGuard what="queue">
          <List label={`Queue of ${slots.projectName}`} items={items} call={call} pending={pending} />
        </CrashGuard>
      )}
    </Panel>
  );
}

/** Pauses or resumes a project's queue: what is at work goes on. */
export function PauseQueue({ slots }: { slots: Pick<ProjectSlots, 'projectId' | 'projectName' | 'paused'> }) {
  const { call, pending } = useCalls();
  const paused = slots.paused !== null;
  return (
    <Button
      small
      kind={paused ? 'primary' : 'ghost'}
      pending={pending}
      onClick={() => call(pauseQueue(slots.projectId, !paused), { done: paused ? 'The queue goes on' : 'The queue is paused' })}
    >
      {paused ? 'Resume queue' : 'Pause queue'}
      <span className="sr-only"> of {slots.projectName}</span>
    </Button>
  );
}

function StillWithHandles(props: QueueListProps) {
  return <QueueStill {...props} handles />;
}

/** Dragging is loaded after the page stands, by those who may. */
function useSortableQueue(mayRun: boolean): ComponentType<QueueListProps> {
  const [List, setList] = useState<ComponentType<QueueListProps>>(() => (mayRun ? StillWithHandles : QueueStill));
  useEffect(() => {
    if (mayRun) void import('./sortable-queue.tsx').then((module) => setList(() => module.default));
  }, [mayRun]);
  return List;
}
