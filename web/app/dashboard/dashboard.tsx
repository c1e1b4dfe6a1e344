import { useSearchParams } from '@remix-run/react';
import type { Page, Project, Runner, RunSummary } from '@specwright/protocol/api.ts';
import { useEffect, useState } from 'react';
import { RunList } from '../run/run-list.tsx';
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
  runners: Runner[];
}

/** All projects, the latest runs, and whether a machine is there to carry them out. */
export function Dashboard({ projects: first, runs, runners }: DashboardProps) {
  const more = useMore(first, '/api/projects?limit=100');
  const projects = more.items;
  const [creating, setCreating] = useCreateDialog();
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
          <Button kind="primary" onClick={() => setCreating(true)}>
            + Create project
          </Button>
        </div>
      </div>
      <DemoNotice runners={runners} />
      {shown.length === 0 ? (
        <div className="rounded-lg border border-dashed border-line-strong bg-surface">
          <NoProjects archived={archived} onCreate={() => setCreating(true)} />
        </div>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,320px),1fr))] gap-3">
          {shown.map((project) => (
            <ProjectCard
              key={project.id}
              project={project}
              active={runs.filter((run) => run.projectId === project.id && run.endedAt === null)}
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
            <RunList runs={runs} />
          )}
        </Panel>
      </div>
      <CreateProject open={creating} onClose={() => setCreating(false)} />
    </main>
  );
}

function NoProjects({ archived, onCreate }: { archived: boolean; onCreate: () => void }) {
  if (archived) return <Empty title="Nothing is archived" />;
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
function useCreateDialog(): [boolean, (open: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (params.get('create') === null) return;
    setOpen(true);
    setParams({}, { replace: true });
  }, [params, setParams]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'c' || isTyping(event)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return [open, setOpen];
}
