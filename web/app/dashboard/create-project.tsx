import { useNavigate } from '@remix-run/react';
import type { Project } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import type { ProjectIntent } from '../project/project-intents.ts';
import { type RepositoryDraft, RepositoryFields, toRepository } from '../project/repository-fields.tsx';
import { TextField } from '../ui/field.tsx';
import { FormActions, Modal } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useForm } from '../ui/use-form.ts';

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
  const { submit, pending, general } = useForm<ProjectIntent>('/?index');
  const navigate = useNavigate();
  const create = (event: FormEvent) =>
    submit(
      event,
      { intent: 'create-project', project: { name: name.trim() || lastPart(draft.place), repository: toRepository(draft) } },
      {
        done: 'Project created',
        onDone: (project: Project) => {
          onClose();
          navigate(`/projects/${project.id}`);
        },
      },
    );
  return (
    <form onSubmit={create}>
      <RepositoryFields draft={draft} onChange={setDraft} autoFocus />
      <TextField label="Name" value={name} onChange={setName} maxLength={120} placeholder={lastPart(draft.place) || 'my project'} />
      <Refusal text={general} />
      <FormActions action="Create project" pending={pending} disabled={draft.place.trim() === ''} onCancel={onClose} />
    </form>
  );
}

/** The last part of a path or URL, without ".git": a name to begin with. */
function lastPart(place: string): string {
  return /([^/\\:]+?)(?:\.git)?[/\\]*$/.exec(place.trim())?.[1] ?? '';
}
