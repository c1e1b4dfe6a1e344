import type { RepositoryCommand } from '@specwright/protocol/phase.ts';
import type { MenuItem } from '../ui/menu.tsx';
import type { Commands } from './use-commands.ts';

/** In the order in which a menu offers them. */
const NAMES: Record<RepositoryCommand, string> = { orchestrate: 'Orchestrate', merge: 'Merge', review: 'Review', memory: 'Memory' };

export function commandName(command: RepositoryCommand): string {
  return NAMES[command];
}

/** "Run Workflow": the repository's own commands; one that it does not have is not shown. `none`: said where it has none at all. */
export function workflowItems(commands: Commands, onChoose: (command: RepositoryCommand) => void, none: string | null): MenuItem[] {
  const { known, asking, refused } = commands;
  const line = (label: string): MenuItem[] => [{ label, disabled: true, onSelect: () => undefined }];
  if (known === null) return asking ? line('Looking for its commands…') : refused === null ? [] : line(refused);
  const order = Object.keys(NAMES) as RepositoryCommand[];
  const items = order
    .filter((command) => known.includes(command))
    .map((command) => ({ label: NAMES[command], onSelect: () => onChoose(command) }));
  return items.length === 0 && none !== null ? line(none) : items;
}
