import { Link } from '@remix-run/react';
import type { Project } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { useMe } from '../shell/me.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Panel } from '../ui/surface.tsx';
import { useRefresh } from '../ui/use-refresh.ts';
import { FoundTable } from './found-table.tsx';
import { MachineLine } from './machine-card.tsx';
import { MachineControls } from './machine-controls.tsx';
import { Faults, JobLinks, Labels, LoadLine, RepositoryLine } from './machine-facts.tsx';
import { MachineSettings } from './machine-settings.tsx';
import { MachineSharing } from './machine-sharing.tsx';
import { mayManage } from './sharing.ts';

const LIVE_MS = 4000;

/** One machine: its state, and for its owner and admins all that can be done with it. */
export function MachinePage({ machine, projects }: { machine: RunnerInfo; projects: Project[] }) {
  useRefresh(LIVE_MS);
  const me = useMe();
  const manage = mayManage(me, machine);
  return (
    <main className="mx-auto grid max-w-[860px] grid-cols-1 gap-4">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <nav aria-label="Breadcrumb" className="mb-1 text-[12px] text-faint">
            <Link to="/machines" className="hover:text-ink">
              machines
            </Link>
          </nav>
          <h1 className="break-words text-[20px] font-semibold tracking-tight">{machine.name}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-[12px] text-faint">
            <StatusBadge status={machine.status} />
            <span>
              <MachineLine machine={machine} />
            </span>
          </p>
        </div>
        {manage ? <MachineControls machine={machine} /> : null}
      </header>
      {machine.note ? <p className="break-words border-l-2 border-warn pl-3 text-muted">{machine.note}</p> : null}
      <Faults machine={machine} />
      <Panel id="state-heading" title="State">
        <div className="grid grid-cols-1 gap-3">
          {machine.jobs.length === 0 ? <p className="text-muted">No work in hand.</p> : <JobLinks machine={machine} />}
          <Labels labels={machine.labels} />
          <LoadLine load={machine.load} />
          <RepositoryLine repositories={machine.repositories} />
          <FoundTable machine={machine} />
        </div>
      </Panel>
      {manage ? (
        <>
          <MachineSettings key={`${machine.name} ${machine.labels.join()}`} machine={machine} />
          <MachineSharing key={`${machine.sharing} ${machine.projectIds.join()}`} machine={machine} projects={projects} />
        </>
      ) : null}
    </main>
  );
}
