import type { Project } from '@specwright/protocol/api.ts';
import type { WorkersPage as FirstPage, QueueItem } from '@specwright/protocol/workers-api.ts';
import { useState } from 'react';
import { useWorkers, type WorkersHandle } from '../live/use-workers.ts';
import { activeOf, maxOf, slotWarning } from '../live/workers-state.ts';
import { ProjectQueue } from '../queue/project-queue.tsx';
import { ConnectionLine } from '../run/connection-line.tsx';
import { useMay, useMe } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Empty, Notice } from '../ui/surface.tsx';
import { AddToQueue } from './add-to-queue.tsx';
import { AllControls } from './all-controls.tsx';
import { SlotLimit } from './slot-limit.tsx';
import { tell } from './tell.tsx';
import { WorkerCard } from './worker-card.tsx';

interface WorkersPageProps {
  page: FirstPage;
  queue: QueueItem[];
  projects: Pick<Project, 'id' | 'name' | 'archivedAt'>[];
}

/** All workers and queues of the projects that this person sees, as they are now, for everybody at once. */
export function WorkersPage({ page, queue, projects }: WorkersPageProps) {
  const live = useWorkers({ page, queue, ownId: useMe()?.user.id ?? '', onTold: tell });
  const [mayRun, maySet] = [useMay('member'), useMay('admin')];
  const [adding, setAdding] = useState<string | null>(null);
  const [active, max] = [activeOf(live), maxOf(live)];
  const warning = slotWarning(active, max);
  const firstProject = projects.find((project) => project.archivedAt === null)?.id ?? '';
  return (
    <main>
      <PageHead
        title="Workers"
        lead={
          <span data-testid="active-count" role="status">
            <span className="font-semibold tabular-nums text-ink">
              {active}/{max}
            </span>{' '}
            slots in use
            {live.organisationMax <= max ? <span className="text-faint"> · the organisation’s limit</span> : null}
          </span>
        }
      >
        {mayRun ? (
          <>
            <Button kind="primary" disabled={firstProject === ''} onClick={() => setAdding(firstProject)}>
              + Add worker
            </Button>
            <AllControls count={live.workers.length} />
          </>
        ) : null}
        {maySet ? <SlotLimit limit={live.organisationMax} /> : null}
      </PageHead>
      <div className="mt-3 grid grid-cols-1 gap-3 empty:mt-0">
        <ConnectionLine connection={live.connection} onReconnect={live.feed.reconnect} what="Workers go" />
        {warning ? (
          <Notice tone="warn" role="status" testId="slots-warning">
            {warning}
          </Notice>
        ) : null}
      </div>
      <AtWork live={live} />
      <Queues live={live} isFull={warning !== null} onAdd={setAdding} />
      <AddToQueue projects={projects} projectId={adding} onClose={() => setAdding(null)} />
    </main>
  );
}

function AtWork({ live }: { live: WorkersHandle }) {
  const names = new Map(live.projects.map((project) => [project.projectId, project.projectName]));
  return (
    <section aria-labelledby="at-work" className="mt-5">
      <h2 id="at-work" className="mb-2 text-[12px] font-semibold uppercase tracking-[0.08em] text-muted">
        At work
      </h2>
      {live.workers.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong bg-surface">
          <Empty title="No worker">A spec that is run becomes a worker: its own worktree, its own agent. Several work side by side.</Empty>
        </div>
      ) : (
        <ul aria-label="Workers" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,380px),1fr))] gap-3">
          {live.workers.map((worker) => (
            <WorkerCard key={worker.id} worker={worker} projectName={names.get(worker.projectId) ?? 'project'} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** @param isFull the page says so: no project repeats it. */
function Queues({ live, isFull, onAdd }: { live: WorkersHandle; isFull: boolean; onAdd: (projectId: string) => void }) {
  const count = (id: string) => live.queues[id]?.length ?? 0;
  const shown = live.projects.filter(({ projectId, paused, active }) => count(projectId) > 0 || paused !== null || active > 0);
  return (
    <section aria-labelledby="queues" className="mt-6">
      <h2 id="queues" className="mb-2 text-[12px] font-semibold uppercase tracking-[0.08em] text-muted">
        Queues
      </h2>
      {shown.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong bg-surface">
          <Empty title="Nothing waits">What finds no free slot waits here, in an order that everybody sees and members set together.</Empty>
        </div>
      ) : (
        <div className="grid grid-cols-1 gap-4">
          {shown.map((slots) => (
            <ProjectQueue
              key={slots.projectId}
              slots={isFull ? { ...slots, warning: null } : slots}
              items={live.queues[slots.projectId] ?? []}
              onAdd={() => onAdd(slots.projectId)}
            />
          ))}
        </div>
      )}
    </section>
  );
}
