import type { Project } from '@specwright/protocol/api.ts';
import type { RepositoryCommand } from '@specwright/protocol/phase.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';
import { CommandDialog } from './command-dialog.tsx';
import { useCommands } from './use-commands.ts';
import { workflowItems } from './workflow-items.ts';

const NONE = 'The repository has no command named orchestrate, merge, review or memory.';

interface PhaseButtonsProps {
  project: Project;
  onStart: () => void;
}

/** On the project's page: the one main button, and the repository's own commands beside it. */
export function PhaseButtons({ project, onStart }: PhaseButtonsProps) {
  const [command, setCommand] = useState<RepositoryCommand | null>(null);
  const commands = useCommands(project.id);
  return (
    <>
      <Menu
        label="Run Workflow"
        items={workflowItems(commands, setCommand, NONE)}
        onOpen={commands.ask}
        className="border border-line bg-raised px-3 text-ink! hover:border-line-strong"
      >
        Run Workflow <Icon name="chevron" className="ml-1 rotate-90 text-faint" />
      </Menu>
      <Button kind="primary" title="design, analyze, implement in batches, verify, merge (p)" onClick={onStart}>
        <Icon name="play" /> Complete Phase
      </Button>
      <CommandDialog project={project} command={command} onClose={() => setCommand(null)} />
    </>
  );
}
