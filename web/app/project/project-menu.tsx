import type { Project, RunSummary } from '@specwright/protocol/api.ts';
import { useState } from 'react';
import { usePhaseEntries } from '../phase-start/phase-entries.tsx';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { TextField } from '../ui/field.tsx';
import { Menu } from '../ui/menu.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ProjectIntent } from './project-intents.ts';

interface ProjectMenuProps {
  project: Project;
  /** Its latest phase. */
  phase: RunSummary | null;
  /** Leaves a page that has lost its ground. */
  onDeleted?: () => void;
}

/** Complete Phase, the repository's own commands; rename, archive or delete the project. */
export function ProjectMenu({ project, phase, onDeleted }: ProjectMenuProps) {
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null);
  const { send, pending } = useSend<ProjectIntent>('/?index');
  const close = () => setAsking(null);
  const archived = project.archivedAt !== null;
  const entries = usePhaseEntries(project, phase);
  const [mayWrite, mayDelete] = [useMay('member'), useMay('admin')];
  if (!mayWrite) return null;
  return (
    <>
      <Menu
        label={`Actions for ${project.name}`}
        onOpen={entries.onOpen}
        items={[
          ...entries.first,
          { label: 'Rename', onSelect: () => setAsking('rename') },
          {
            label: archived ? 'Unarchive' : 'Archive',
            onSelect: () =>
              send(
                { intent: 'update-project', projectId: project.id, changes: { archived: !archived } },
                { done: archived ? `${project.name} is active again` : `${project.name} is archived` },
              ),
          },
          ...(mayDelete ? [{ label: 'Delete', danger: true, onSelect: () => setAsking('delete') }] : []),
          // Last: they come a moment after the menu, and must move nothing under the pointer.
          ...entries.workflow,
        ]}
      />
      {entries.dialogs}
      <Modal open={asking === 'rename'} onClose={close} title="Rename project">
        <RenameForm
          name={project.name}
          pending={pending}
          onCancel={close}
          onSave={(name) =>
            send({ intent: 'update-project', projectId: project.id, changes: { name } }, { done: 'Renamed', onDone: close })
          }
        />
      </Modal>
      <Confirm
        open={asking === 'delete'}
        onClose={close}
        title="Delete project"
        action="Delete project"
        typed={project.name}
        pending={pending}
        onConfirm={() =>
          send(
            { intent: 'delete-project', projectId: project.id },
            {
              done: `${project.name} was deleted`,
              onDone: () => {
                close();
                onDeleted?.();
              },
            },
          )
        }
      >
        Its specs, chunks and run logs go with it, and its runs are stopped. The repository and its branches stay as they are. This cannot
        be undone.
      </Confirm>
    </>
  );
}

interface RenameFormProps {
  name: string;
  pending: boolean;
  onCancel: () => void;
  onSave: (name: string) => void;
}

function RenameForm({ name, pending, onCancel, onSave }: RenameFormProps) {
  const [value, setValue] = useState(name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(value.trim());
      }}
    >
      <TextField label="Name" value={value} onChange={setValue} required maxLength={120} autoFocus />
      <ModalActions>
        <Button kind="ghost" onClick={onCancel}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" pending={pending} disabled={value.trim() === ''}>
          Rename
        </Button>
      </ModalActions>
    </form>
  );
}
