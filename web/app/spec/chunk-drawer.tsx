import type { Chunk, CreateChunk, Spec } from '@specwright/protocol/api.ts';
import { type FormEvent, useState } from 'react';
import { useMay } from '../shell/me.ts';
import { Button } from '../ui/button.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Modal, ModalActions } from '../ui/modal.tsx';
import { Refusal } from '../ui/refusal.tsx';
import { useForm } from '../ui/use-form.ts';
import { DependencyPicker } from './dependency-picker.tsx';
import type { SpecIntent } from './spec-intents.ts';

interface ChunkDrawerProps {
  open: boolean;
  /** Null: a new one. */
  chunk: Chunk | null;
  spec: Spec;
  onClose: () => void;
}

export function ChunkDrawer({ open, chunk, spec, onClose }: ChunkDrawerProps) {
  const mayWrite = useMay('member');
  return (
    <Modal drawer open={open} onClose={onClose} title={mayWrite ? (chunk ? 'Edit chunk' : 'Add chunk') : 'Chunk'}>
      <ChunkForm key={chunk?.id ?? 'new'} chunk={chunk} spec={spec} onClose={onClose} />
    </Modal>
  );
}

interface ChunkDraft {
  title: string;
  key: string;
  description: string;
  criteria: string;
  dependsOn: string[];
}

function ChunkForm({ chunk, spec, onClose }: Omit<ChunkDrawerProps, 'open'>) {
  const [draft, setDraft] = useState<ChunkDraft>(() => draftOf(chunk));
  const mayWrite = useMay('member');
  const { submit, pending, general } = useForm<SpecIntent>(`/specs/${spec.id}`);
  const set = (part: Partial<ChunkDraft>) => setDraft((now) => ({ ...now, ...part }));
  const save = (event: FormEvent) => {
    const body = bodyOf(draft);
    const wish: SpecIntent = chunk ? { intent: 'edit-chunk', chunkId: chunk.id, changes: body } : { intent: 'add-chunk', chunk: body };
    submit(event, wish, { done: chunk ? 'Chunk saved' : 'Chunk added', onDone: onClose });
  };
  return (
    <form onSubmit={save}>
      <fieldset disabled={!mayWrite} className="min-w-0">
        <TextField label="Title" value={draft.title} onChange={(title) => set({ title })} required maxLength={200} autoFocus />
        <TextField
          label="Key"
          value={draft.key}
          onChange={(key) => set({ key })}
          placeholder="made from the title"
          hint="A short name, unique in this spec. It stands in SPEC.md and in commits."
          maxLength={64}
          spellCheck={false}
        />
        <TextArea label="Description" value={draft.description} onChange={(description) => set({ description })} rows={8} />
        <TextArea
          label="Acceptance criteria, one a line"
          value={draft.criteria}
          onChange={(criteria) => set({ criteria })}
          rows={5}
          hint="What must be true when it is done. The reviewer checks each of them."
        />
        <DependencyPicker
          chunks={spec.chunks.filter((other) => other.id !== chunk?.id)}
          chosen={draft.dependsOn}
          onChange={(dependsOn) => set({ dependsOn })}
        />
      </fieldset>
      <Refusal text={general} />
      <ModalActions>
        <Button kind="ghost" onClick={onClose}>
          {mayWrite ? 'Cancel' : 'Close'}
        </Button>
        {mayWrite ? (
          <Button kind="primary" type="submit" pending={pending} disabled={draft.title.trim() === ''}>
            {chunk ? 'Save chunk' : 'Add chunk'}
          </Button>
        ) : null}
      </ModalActions>
    </form>
  );
}

function draftOf(chunk: Chunk | null): ChunkDraft {
  if (chunk === null) return { title: '', key: '', description: '', criteria: '', dependsOn: [] };
  const { title, key, description, acceptanceCriteria, dependsOn } = chunk;
  return { title, key, description, criteria: acceptanceCriteria.join('\n'), dependsOn };
}

function bodyOf({ title, key, description, criteria, dependsOn }: ChunkDraft): CreateChunk {
  const acceptanceCriteria = criteria
    .split('\n')
    .map((line) => line.replace(/^\s*[-*]\s+/, '').trim())
    .filter(Boolean);
  return { title: title.trim(), description, acceptanceCriteria, dependsOn, ...(key.trim() === '' ? {} : { key: key.trim() }) };
}
