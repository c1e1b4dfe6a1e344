import { Link } from '@remix-run/react';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { plural } from '../ui/format.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { Ago } from '../ui/time.tsx';
import { FoundTable } from './found-table.tsx';
import { Faults, JobLinks, Labels, LoadLine, RepositoryLine } from './machine-facts.tsx';

/** A machine in the list; its name leads to its page. */
export function MachineCard({ machine }: { machine: RunnerInfo }) {
  return (
    <li data-testid="machine" data-status={machine.status} className="rounded-lg border border-line bg-surface">
      <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-3">
        <h2 className="min-w-0 text-[15px] font-semibold">
          <Link to={`/machines/${machine.id}`} className="break-words hover:text-accent">
            {machine.name}
          </Link>
        </h2>
        <StatusBadge status={machine.status} />
      </header>
      <div className="grid grid-cols-1 gap-3 px-4 py-3">
        <p className="text-[12px] text-faint">
          <MachineLine machine={machine} />
        </p>
        {machine.note ? <p className="break-words border-l-2 border-warn pl-3 text-muted">{machine.note}</p> : null}
        <Faults machine={machine} />
        <Labels labels={machine.labels} />
        <JobLinks machine={machine} />
        <LoadLine load={machine.load} />
        <FoundTable machine={machine} />
        <RepositoryLine repositories={machine.repositories} />
      </div>
      {machine.status === 'offline' ? (
        <p className="border-t border-line px-4 py-3 text-[12px] text-muted">
          <OfflineAdvice isNew={machine.lastSeenAt === null} />
        </p>
      ) : null}
    </li>
  );
}

function OfflineAdvice({ isNew }: { isNew: boolean }) {
  const start = <code className="text-accent">npx specwright runner start</code>;
  if (isNew) return <>It has not begun yet. On that machine: {start}.</>;
  return (
    <>
      To bring it back, on that machine: {start} (the one beside a server of its own: <code className="text-accent">npm start</code>). Its
      runs go on from their last good commit.
    </>
  );
}

export function MachineLine({ machine }: { machine: RunnerInfo }) {
  const since = machine.offlineSince ?? machine.lastSeenAt;
  return (
    <>
      {machine.version ? `runner ${machine.version} · ` : ''}
      {plural(machine.slots, 'run')} at once · of {machine.owner.name}
      {machine.sharing === 'organisation' ? ', shared with the organisation' : ''}
      {machine.sharing === 'projects' ? `, shared with ${plural(machine.projectIds.length, 'project')}` : ''}
      {machine.online ? null : since === null ? (
        ' · never seen'
      ) : (
        <>
          {' '}
          · offline since <Ago at={since} />
        </>
      )}
    </>
  );
}
