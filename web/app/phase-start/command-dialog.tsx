import type { Project } from '@specwright/protocol/api.ts';
import type { RepositoryCommand } from '@specwright/protocol/phase.ts';
import { type FormEvent, useState } from 'react';
import { TextArea } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { ActiveNotice } from './active-notice.tsx';
import { useStart } from './use-start.ts';
import { commandName } from './workflow-items.ts';

interface CommandDialogProps {
  project: Project;
  /** Null: closed. */
  command: RepositoryCommand | null;
  onClose: () => void;
  onStarted?: (runId: string) => void;
}

/** Asks before one of the repository's own commands is run. */
export function CommandDialog({ project, command, onClose, onStarted }: CommandDialogProps) {
  const name = command === null ? '' : commandName(command);
  return (
    <Modal
      open={command !== null}
      onClose={onClose}
      title={`${name} · ${project.name}`}
      description={`Runs the repository’s own “${command}” command with the project’s agent, on a branch of its own. What it changes stays on that branch.`}
    >
      {command === null ? null : <CommandForm {...{ project, command, onClose, onStarted }} />}
    </Modal>
  );
}

function CommandForm({ project, command, onClose, onStarted }: CommandDialogProps & { command: RepositoryCommand }) {
  const [additionalContext, setContext] = useState('');
  const start = useStart(project.id, (runId) => {
    onClose();
    onStarted?.(runId);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.start({ command, additionalContext: additionalContext.trim() });
  };
  return (
    <form onSubmit={submit} data-testid="command-form">
      <TextArea
        label="Additional context"
        value={additionalContext}
        onChange={setContext}
        rows={3}
        maxLength={20_000}
        autoFocus
        hint="Added to the command’s prompt. Budgets are the defaults: $5 for an attempt, $50 in all."
      />
      <div className="mt-4 grid grid-cols-1 gap-2">
        <ActiveNotice start={start} />
        {start.active === null ? <Refusal text={start.refusal} /> : null}
      </div>
      <FormActions action={`Run ${commandName(command)}`} pending={start.pending || start.replacing} onCancel={onClose} />
    </form>
  );
}
