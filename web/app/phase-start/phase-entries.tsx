import { useNavigate } from '@remix-run/react';
import type { Project, RunSummary } from '@specwright/protocol/api.ts';
import type { RepositoryCommand } from '@specwright/protocol/phase.ts';
import { phaseStatusOf } from '@specwright/protocol/phase-status.ts';
import { type ReactNode, useState } from 'react';
import { useMay } from '../shell/me.ts';
import type { MenuItem } from '../ui/menu.tsx';
import { CommandDialog } from './command-dialog.tsx';
import { isGoing } from './phase-badge.tsx';
import { StartDialog } from './start-dialog.tsx';
import { useCommands } from './use-commands.ts';
import { workflowItems } from './workflow-items.ts';

interface PhaseEntries {
  /** "Complete Phase", or the way to the one that is going. */
  first: MenuItem[];
  /** "Run Workflow". */
  workflow: MenuItem[];
  onOpen: () => void;
  /** What the entries open. */
  dialogs: ReactNode;
}

/** What a project's menu offers of phases; nothing to those who may not start, nor for an archived project. */
export function usePhaseEntries(project: Project, phase: RunSummary | null): PhaseEntries {
  const [starting, setStarting] = useState(false);
  const [command, setCommand] = useState<RepositoryCommand | null>(null);
  const commands = useCommands(project.id);
  const navigate = useNavigate();
  const mayStart = useMay('member') && project.archivedAt === null;
  const going = isGoing(phase);
  const seen = () => navigate(`/projects/${project.id}`);
  const begins: MenuItem = { label: 'Complete Phase', primary: true, onSelect: () => setStarting(true) };
  const first =
    going && phase
      ? [{ ...begins, label: `See the phase: ${phaseStatusOf(phase)}`, onSelect: () => navigate(`/runs/${phase.id}`) }]
      : [begins];
  return {
    first: mayStart ? first : [],
    workflow: mayStart && !going ? grouped(workflowItems(commands, setCommand, null)) : [],
    onOpen: () => (mayStart && !going ? commands.ask() : undefined),
    dialogs: mayStart ? (
      <>
        <StartDialog project={project} open={starting} onClose={() => setStarting(false)} onStarted={seen} />
        <CommandDialog project={project} command={command} onClose={() => setCommand(null)} onStarted={seen} />
      </>
    ) : null,
  };
}

function grouped([head, ...rest]: MenuItem[]): MenuItem[] {
  return head ? [{ ...head, group: 'Run Workflow' }, ...rest] : [];
}
