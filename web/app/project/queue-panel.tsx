import { useProjectSlots } from '../live/use-workers.ts';
import { PauseQueue } from '../queue/project-queue.tsx';
import { useMay } from '../shell/me.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Panel } from '../ui/surface.tsx';

/** How many of the project's slots are taken, and whether its queue goes on. */
export function QueuePanel({ projectId }: { projectId: string }) {
  const slots = useProjectSlots(projectId);
  const mayRun = useMay('member');
  if (!slots) return null;
  return (
    <Panel
      id="queue-heading"
      title="Queue"
      aside={
        <>
          {mayRun ? <PauseQueue slots={slots} /> : null}
          <ButtonLink small to="/workers">
            Workers
          </ButtonLink>
        </>
      }
    >
      <p role="status" className="tabular-nums">
        {slots.active}/{slots.max} slots in use
        {slots.paused ? (
          <span className="text-warn"> · paused{slots.paused.by ? ` by ${slots.paused.by.name}` : ''}: nothing new is begun</span>
        ) : null}
      </p>
      {slots.warning ? <p className="mt-1 text-[12px] text-warn">{slots.warning}</p> : null}
    </Panel>
  );
}
