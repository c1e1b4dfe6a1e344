import { useNavigate } from '@remix-run/react';
import type { Spec } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ProjectIntent } from './project-intents.ts';

interface CreateSpecProps {
  projectId: string;
  open: boolean;
  onClose: () => void;
}

export function CreateSpec({ projectId, open, onClose }: CreateSpecProps) {
  return (
    <Modal open={open} onClose={onClose} title="Create spec">
      <CreateSpecForm projectId={projectId} onClose={onClose} />
    </Modal>
  );
}

function CreateSpecForm({ projectId, onClose }: Omit<CreateSpecProps, 'open'>) {
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const { send, pending } = useSend<ProjectIntent>(`/projects/${projectId}`);
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(
      { intent: 'create-spec', projectId, spec: { title: title.trim(), text } },
      {
        done: 'Spec created',
        onRefused: (error) => setRefusal(error.message),
        onDone: (spec: Spec) => navigate(`/specs/${spec.id}`),
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <TextField label="Title" value={title} onChange={setTitle} required maxLength={200} autoFocus />
      <TextArea
        label="Text (Markdown)"
        value={text}
        onChange={setText}
        rows={6}
        hint="What is to be built, and why. It can be written later."
      />
      {refusal ? (
        <Notice tone="bad" role="alert">
          {refusal}
        </Notice>
      ) : null}
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" pending={pending} disabled={title.trim() === ''}>
          Create spec
        </Button>
      </ModalActions>
    </form>
  );
}
