import { useNavigate } from '@remix-run/react';
import type { Spec } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { Notice } from '../ui/surface.tsx';
import { useSend } from '../ui/use-send.ts';
import type { ProjectIntent } from './project-intents.ts';

interface ImportSpecProps {
  projectId: string;
  open: boolean;
  onClose: () => void;
}

/** A SPEC.md becomes a spec with its chunks: chosen as a file, or pasted. */
export function ImportSpec({ projectId, open, onClose }: ImportSpecProps) {
  return (
    <Modal wide open={open} onClose={onClose} title="Import SPEC.md">
      <ImportForm projectId={projectId} onClose={onClose} />
    </Modal>
  );
}

function ImportForm({ projectId, onClose }: Omit<ImportSpecProps, 'open'>) {
  const [markdown, setMarkdown] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const { send, pending } = useSend<ProjectIntent>(`/projects/${projectId}`);
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setRefusal(null);
    send(
      { intent: 'import-spec', projectId, markdown },
      {
        done: 'Spec imported',
        onRefused: (error) => setRefusal(error.message),
        onDone: (spec: Spec) => navigate(`/specs/${spec.id}`),
      },
    );
  };
  return (
    <form onSubmit={submit}>
      <label className="mb-4 block">
        <span className="mb-1 block text-[12px] text-muted">File</span>
        <input
          type="file"
          accept=".md,text/markdown,text/plain"
          onChange={async (event) => setMarkdown((await event.target.files?.[0]?.text()) ?? '')}
          className="block w-full text-[12px] text-muted file:mr-3 file:h-8 file:cursor-pointer file:rounded-md file:border file:border-line file:bg-raised file:px-3 file:text-ink"
        />
      </label>
      <TextArea
        label="or paste it"
        value={markdown}
        onChange={setMarkdown}
        rows={14}
        spellCheck={false}
        placeholder={'# Title\n\nWhat is to be built, and why.\n\n## Chunks\n…'}
      />
      {refusal ? (
        <Notice tone="bad" role="alert">
          <span className="whitespace-pre-line">{refusal}</span>
        </Notice>
      ) : null}
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          Cancel
        </Button>
        <Button kind="primary" type="submit" pending={pending} disabled={markdown.trim() === ''}>
          Import
        </Button>
      </ModalActions>
    </form>
  );
}
