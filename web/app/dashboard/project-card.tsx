import { Link } from '@remix-run/react';
import type { Project, RunSummary } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { isGoing, PhaseBadge } from '../phase-start/phase-badge.tsx';
import { ProjectMenu } from '../project/project-menu.tsx';
import { repositoryLine } from '../project/repository-line.ts';
import { StatusBadge, StatusSign } from '../ui/status-badge.tsx';
import { Ago } from '../ui/time.tsx';

interface ProjectCardProps {
  project: Project;
  /** Runs of its specs. */
  active: RunSummary[];
  /** Its latest phase. */
  phase: RunSummary | null;
}

/** A project as a card: the whole card leads to it, its menu stands apart. */
export function ProjectCard({ project, active, phase }: ProjectCardProps) {
  const [hover, setHover] = useState(false);
  const counts = Object.entries(project.specCounts).filter(([, count]) => count > 0);
  return (
    <li
      data-testid="project-card"
      onMouseEnter={() => setHover(true)}
      onMouseLeave={() => setHover(false)}
      className="group relative flex flex-col rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong"
    >
      <div className="flex items-start justify-between gap-2">
        <h2 className="min-w-0 text-[15px] font-semibold">
          <Link to={`/projects/${project.id}`} prefetch={hover ? 'intent' : 'none'} className="block truncate after:absolute after:inset-0">
            {project.name}
          </Link>
        </h2>
        <div className="relative z-10 -mr-1.5 -mt-1 has-[[role=menu]]:z-20">
          <ProjectMenu project={project} phase={phase} />
        </div>
      </div>
      <p className="truncate text-[12px] text-faint" title={repositoryLine(project.repository)}>
        {repositoryLine(project.repository)}
      </p>
      <div className="mt-4 flex min-h-5 flex-wrap gap-x-3 gap-y-1.5">
        {counts.length === 0 ? <span className="text-[12px] text-faint">no specs yet</span> : null}
        {counts.map(([status, count]) => (
          <span key={status} className="inline-flex items-center gap-1 text-[12px] text-muted">
            <StatusSign status={status} />
            {count} {status}
          </span>
        ))}
      </div>
      {phase ? (
        <div className="relative z-10 mt-3 min-w-0 text-[12px] text-muted">
          <PhaseBadge phase={phase} />
        </div>
      ) : null}
      <div className="mt-3 flex items-center justify-between gap-2 border-t border-line pt-3 text-[12px] text-faint">
        {active[0] ? (
          <span className="flex min-w-0 items-center gap-2">
            <StatusBadge status={active[0].status} />
            <span className="truncate text-muted">
              {active[0].specTitle} {active[0].progress.passed}/{active[0].progress.total}
            </span>
          </span>
        ) : (
          <span>{isGoing(phase) ? 'no other active run' : 'no active run'}</span>
        )}
        <Ago at={project.updatedAt} />
      </div>
    </li>
  );
}
