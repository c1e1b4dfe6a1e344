import { Link } from '@remix-run/react';
import type { Page, Project, RunSummary, SpecSummary } from '@specwright/protocol/api.ts';
import type { Member, ProjectMembers } from '@specwright/protocol/people-api.ts';
import { useEffect, useState } from 'react';
import { LatestPhase, useLivePhase } from '../phase-start/latest-phase.tsx';
import { PhaseButtons } from '../phase-start/phase-buttons.tsx';
import { StartDialog } from '../phase-start/start-dialog.tsx';
import { RunList } from '../run/run-list.tsx';
import { useMay } from '../shell/me.ts';
import { isTyping } from '../shell/use-shortcuts.ts';
import { Button } from '../ui/button.tsx';
import { ShowMore, useMore } from '../ui/show-more.tsx';
import { Empty, Notice, Panel } from '../ui/surface.tsx';
import { CreateSpec } from './create-spec.tsx';
import { ImportSpec } from './import-spec.tsx';
import { ProjectAccess } from './project-access.tsx';
import { ProjectMenu } from './project-menu.tsx';
import { ProjectSettingsPanel } from './project-settings.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { repositoryLine } from './repository-line.ts';
import { SpecList } from './spec-list.tsx';

interface ProjectPageProps {
  project: Project;
  specs: Page<SpecSummary>;
  runs: Page<RunSummary>;
  /** Its latest phase, going or ended. */
  phase: RunSummary | null;
  /** Null: not this person's to see. */
  access: ProjectMembers | null;
  members: Member[];
}

/** A project: its specs, its settings, its runs. */
export function ProjectPage({ project, access, members, phase, ...first }: ProjectPageProps) {
  const specs = useMore(first.specs, `/api/projects/${project.id}/specs?limit=100`);
  const runs = useMore(first.runs, `/api/runs?projectId=${project.id}&limit=20`);
  const [dialog, setDialog] = useState<'create' | 'import' | 'phase' | null>(null);
  const mayWrite = useMay('member');
  const archived = project.archivedAt !== null;
  const { going, seen, onStatus } = useLivePhase(phase);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const wanted = ({ c: 'create', p: going ? null : 'phase' } as const)[event.key];
      if (!wanted || archived || !mayWrite || isTyping(event)) return;
      event.preventDefault();
      setDialog(wanted);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [archived, mayWrite, going]);
  const buttons = mayWrite ? (
    <>
      <Button disabled={archived} onClick={() => setDialog('import')}>
        Import SPEC.md
      </Button>
      <Button disabled={archived} onClick={() => setDialog('create')}>
        + Create spec
      </Button>
    </>
  ) : null;
  return (
    <main>
      <header className="mb-4 flex flex-wrap items-end justify-between gap-3">
        <div className="min-w-0">
          <nav aria-label="Breadcrumb" className="mb-1 text-[12px] text-faint">
            <Link to="/" className="hover:text-ink">
              projects
            </Link>
          </nav>
          <h1 className="break-words text-[20px] font-semibold tracking-tight">{project.name}</h1>
          <p className="mt-1 break-all text-[12px] text-faint">{repositoryLine(project.repository)}</p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {buttons}
          {mayWrite && !archived && !going ? <PhaseButtons project={project} onStart={() => setDialog('phase')} /> : null}
          <ProjectMenu project={project} phase={phase} onDeleted={() => location.assign('/')} />
        </div>
      </header>
      {archived ? (
        <div className="mb-4">
          <Notice tone="warn">This project is archived: everything can be read, nothing can be run. Unarchive it in its menu.</Notice>
        </div>
      ) : null}
      {phase ? <LatestPhase phase={phase} watched={seen !== null} onStatus={onStatus} /> : null}
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(280px,1fr)]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <Panel id="specs-heading" title="Specs" flush>
            {specs.items.length === 0 ? (
              <Empty title="No specs yet" action={archived ? null : buttons}>
                A spec says what is to be built, cut into chunks. Write one here, or import a SPEC.md from your repository.
              </Empty>
            ) : (
              <SpecList specs={specs.items} />
            )}
            <ShowMore {...specs} what="specs" />
          </Panel>
          <Panel id="runs-heading" title="Runs" flush>
            {runs.items.length === 0 ? <Empty title="No run yet">Open a spec and press Run All.</Empty> : <RunList runs={runs.items} />}
            <ShowMore {...runs} what="runs" />
          </Panel>
        </div>
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <QueuePanel projectId={project.id} />
          <ProjectSettingsPanel project={project} />
          {access ? <ProjectAccess key={JSON.stringify(access)} project={project} access={access} members={members} /> : null}
        </div>
      </div>
      <StartDialog project={project} open={dialog === 'phase'} onClose={() => setDialog(null)} />
      <CreateSpec projectId={project.id} open={dialog === 'create'} onClose={() => setDialog(null)} />
      <ImportSpec projectId={project.id} open={dialog === 'import'} onClose={() => setDialog(null)} />
    </main>
  );
}
