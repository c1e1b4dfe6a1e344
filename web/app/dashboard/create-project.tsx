import { useNavigate } from '@remix-run/react';
import type { Project } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import type { ProjectIntent } from '../project/project-intents.ts';
import { type RepositoryDraft, RepositoryFields, toRepository } from '../project/repository-fields.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';

export function CreateProject({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal open={open} onClose={onClose} title="Create project">
      <CreateProjectForm onClose={onClose} />
    </Modal>
  );
}

function CreateProjectForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [draft, setDraft] = useState<RepositoryDraft>({ kind: 'path', place: '', branch: '' });
  const [refusal, setRefusal] = useState<string | null>(null);
  const { send, pending } = useSend<ProjectIntent>('/?index');
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefusal(null);
    send(
      { intent: 'create-project', project: { name: name.trim() || lastPart(draft.place), repository: toRepository(draft) } },
      {
        done: 'Project created',
        onRefused: (error) => setRefusal(error.message),
        onDone: (project: Project) => {
          onClose();
          navigate(`/projects/${project.id}`);
        },
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <RepositoryFields draft={draft} onChange={setDraft} autoFocus />
      <TextField label="Name" value={name} onChange={setName} maxLength={120} placeholder={lastPart(draft.place) || 'my project'} />
      {refusal ? (
        <Notice tone="bad" role="alert">
          {refusal}
        </Notice>
      ) : null}
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" pending={pending} disabled={draft.place.trim() === ''}>
          Create project
        </Button>
      </ModalActions>
    </form>
  );
}

/** The last part of a path or URL, without ".git": a name to begin with. */
function lastPart(place: string): string {
  return /([^/\\:]+?)(?:\.git)?[/\\]*$/.exec(place.trim())?.[1] ?? '';
}
