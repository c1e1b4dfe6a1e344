import { useSearchParams } from '@remix-run/react';
import type { Page, Project, RunSummary } from '@specwright/protocol/api.ts';
import type { RunnerInfo } from '@specwright/protocol/runners-api.ts';
import { useEffect, useState } from 'react';
import { hasSpec } from '../run/has-spec.ts';
import { RunList } from '../run/run-list.tsx';
import { useMay } from '../shell/me.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { ShowMore, useMore } from '../ui/show-more.tsx';
import { Empty, Panel } from '../ui/surface.tsx';
import { CreateProject } from './create-project.tsx';
import { DemoNotice, MachineLine } from './machine-line.tsx';
import { ProjectCard } from './project-card.tsx';

interface DashboardProps {
  projects: Page<Project>;
  runs: RunSummary[];
  /** The latest phase of each project that has one. */
  phases: RunSummary[];
  runners: RunnerInfo[];
}

/** All projects, the latest runs, and whether a machine is there to carry them out. */
export function Dashboard({ projects: first, runs, phases, runners }: DashboardProps) {
  const more = useMore(first, '/api/projects?limit=100');
  const projects = more.items;
  const mayWrite = useMay('member');
  const [creating, setCreating] = useCreateDialog(mayWrite);
  const [archived, setArchived] = useState(false);
  const archivedCount = projects.filter((project) => project.archivedAt !== null).length;
  const shown = projects.filter((project) => (project.archivedAt !== null) === archived);
  return (
    <main>
      <div className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-[20px] font-semibold tracking-tight">Projects</h1>
          <MachineLine runners={runners} />
        </div>
        <div className="flex flex-wrap gap-2">
          {archivedCount > 0 || archived ? (
            <Button kind="ghost" aria-pressed={archived} onClick={() => setArchived(!archived)}>
              {archived ? 'Show active' : `Show archived (${archivedCount})`}
            </Button>
          ) : null}
          {mayWrite ? (
            <Button kind="primary" onClick={() => setCreating(true)}>
              + Create project
            </Button>
          ) : null}
        </div>
      </div>
      <DemoNotice runners={runners} />
      {shown.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong bg-surface">
          <NoProjects archived={archived} mayWrite={mayWrite} onCreate={() => setCreating(true)} />
        </div>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,320px),1fr))] gap-3">
          {shown.map((project) => (
            <ProjectCard
              key={project.id}
              project={project}
              phase={phases.find((phase) => phase.projectId === project.id) ?? null}
              active={runs.filter((run) => run.projectId === project.id && run.endedAt === null && hasSpec(run))}
            />
          ))}
        </ul>
      )}
      <ShowMore {...more} what="projects" />
      <div className="mt-6">
        <Panel id="latest-runs" title="Latest runs" flush>
          {runs.length === 0 ? (
            <Empty title="No run yet">A run carries out a spec, chunk by chunk. Open a spec and press Run All.</Empty>
          ) : (
            <RunList runs={runs} projects={projects} />
          )}
        </Panel>
      </div>
      <CreateProject open={creating} onClose={() => setCreating(false)} />
    </main>
  );
}

function NoProjects({ archived, mayWrite, onCreate }: { archived: boolean; mayWrite: boolean; onCreate: () => void }) {
  if (archived) return <Empty title="Nothing is archived" />;
  if (!mayWrite) return <Empty title="No project yet">Members of this organisation create projects; you see them here then.</Empty>;
  return (
    <Empty
      title="Create your first project"
      action={
        <Button kind="primary" onClick={onCreate}>
          + Create project
        </Button>
      }
    >
      A project is a git repository: a folder on the machine that runs the agents, or a git URL. Specs and runs live inside it. Your
      checkout is never touched; the work arrives on a branch.
    </Empty>
  );
}

/** Opened by the button, by `c`, or by ?create=1 from the palette. */
function useCreateDialog(mayWrite: boolean): [boolean, (open: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (params.get('create') === null) return;
    setOpen(mayWrite);
    setParams({}, { replace: true });
  }, [params, setParams, mayWrite]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'c' || !mayWrite || isTyping(event)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [mayWrite]);
  return [open, setOpen];
}
