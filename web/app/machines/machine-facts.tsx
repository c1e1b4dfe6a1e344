import { Link } from '@remix-run/react';
import type { LinkedRepository, RunnerInfo, RunnerLoad } from '@specwright/protocol/runners-api.ts';
import { formatBytes, plural } from '../ui/format.ts';
import { Notice } from '../ui/surface.tsx';
import { Ago } from '../ui/time.tsx';
import { CheckAgain } from './check-again.tsx';

export function Labels({ labels }: { labels: string[] }) {
  if (labels.length === 0) return null;
  return (
    <ul aria-label="Labels" className="flex flex-wrap gap-1.5">
      {labels.map((label) => (
        <li key={label} className="break-all rounded border border-line-strong px-1.5 text-[11.5px] text-muted">
          {label}
        </li>
      ))}
    </ul>
  );
}

/** What it works on now. */
export function JobLinks({ machine }: { machine: RunnerInfo }) {
  if (machine.jobs.length === 0) return null;
  return (
    <p className="text-[12px] text-muted">
      Working on {plural(machine.jobs.length, 'run')}:{' '}
      {machine.jobs.map((job, index) => (
        <Link key={job.runId} to={`/runs/${job.runId}`} className="mr-2 text-accent underline underline-offset-2">
          {job.specTitle ?? `run ${index + 1}`}
        </Link>
      ))}
    </p>
  );
}

export function LoadLine({ load }: { load: RunnerLoad | null }) {
  if (load === null) return null;
  return (
    <p className="text-[12px] text-faint">
      load {Math.round(load.cpu * 100)} % · memory free {formatBytes(load.freeMemory)} · disk free {formatBytes(load.freeDisk)} · worktrees{' '}
      {formatBytes(load.worktrees)}
      {load.clones === undefined ? '' : `, clones ${formatBytes(load.clones)}`}
      {load.worktreesLimit === undefined ? '' : `, of ${formatBytes(load.worktreesLimit)}`}
    </p>
  );
}

export function RepositoryLine({ repositories }: { repositories: LinkedRepository[] | null }) {
  if (repositories === null) return <p className="text-[12px] text-faint">Serves every repository of the organisation.</p>;
  if (repositories.length === 0) {
    return (
      <p className="text-[12px] text-warn">
        Serves no repository yet: <code>npx specwright runner link DIR</code> on that machine allows one.
      </p>
    );
  }
  return (
    <div className="text-[12px]">
      <p className="text-faint">Serves {repositories.length === 1 ? 'one repository' : `${repositories.length} repositories`}:</p>
      <ul className="mt-0.5 flex flex-wrap gap-x-3 text-muted">
        {repositories.map((repository) => (
          <li key={repository.key} className="break-all">
            {repository.name}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Kinds of work that it was taken out for, and the way back. */
export function Faults({ machine }: { machine: RunnerInfo }) {
  if (machine.faults.length === 0) return null;
  return (
    <div className="grid grid-cols-1 gap-2">
      {machine.faults.map((fault) => (
        <Notice key={fault.kind} tone="warn">
          {whatIsOut(fault.kind, machine)} {fault.message.replace(/[.\s]*$/, '.')} Since <Ago at={fault.since} />.
        </Notice>
      ))}
      <div>
        <CheckAgain machines={[{ id: machine.id, name: machine.name, ownerId: machine.owner.id }]} />
      </div>
    </div>
  );
}

function whatIsOut(kind: string, machine: RunnerInfo): string {
  if (kind === 'machine') return 'Takes nothing more now.';
  if (kind === 'agents') return 'Takes nothing for its agents:';
  if (kind.startsWith('agent:')) return `Takes nothing for the agent ${kind.slice('agent:'.length)}:`;
  if (!kind.startsWith('repository:')) return 'Takes no work:';
  const key = kind.slice('repository:'.length);
  return `Takes nothing for ${machine.repositories?.find((repository) => repository.key === key)?.name ?? 'a repository'}:`;
}
