import type { Spec } from '@specwright/protocol/api.ts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { useSend } from '../ui/use-send.ts';
import { keepDraft, readDraft, type SpecDraft } from './draft-store.ts';
import type { SpecIntent } from './spec-intents.ts';

/** A person's changes of a spec's title and text, on top of the version they began with. */
export function useSpecEditor(spec: Spec) {
  const { send, pending } = useSend<SpecIntent>(`/specs/${spec.id}`);
  const [draft, setDraft] = useState<SpecDraft>(() => draftOf(spec));
  const [restored, setRestored] = useState(false);
  const [conflict, setConflict] = useState(false);
  const dirty = draft.title !== spec.title || draft.text !== spec.text;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the page opens; a later version must not bring an old draft back.
  useEffect(() => {
    const kept = readDraft(spec.id);
    if (kept === null || (kept.title === spec.title && kept.text === spec.text)) return;
    setDraft(kept);
    setRestored(true);
  }, [spec.id]);

  // Somebody else saved: follow where nothing was typed here; a draft keeps the version it began on and meets the other at saving.
  const base = useRef(draft);
  useEffect(() => {
    const before = base.current;
    base.current = draftOf(spec);
    setDraft((now) => (now.title === before.title && now.text === before.text ? draftOf(spec) : now));
  }, [spec]);

  const change = useCallback(
    (part: Partial<SpecDraft>) =>
      setDraft((now) => {
        const next = { ...now, ...part };
        keepDraft(spec.id, next);
        return next;
      }),
    [spec.id],
  );

  const settle = useCallback(
    (settled: SpecDraft) => {
      setDraft(settled);
      keepDraft(spec.id, null);
      setRestored(false);
      setConflict(false);
    },
    [spec.id],
  );

  const saveOn = (version: number, onSaved?: () => void) =>
    send(
      { intent: 'save', version, changes: { title: draft.title.trim(), text: draft.text } },
      {
        done: 'Saved',
        onDone: (saved: Spec) => {
          settle(draftOf(saved));
          onSaved?.();
        },
        onRefused: (error) => (error.code === 'EDIT_CONFLICT' ? setConflict(true) : toast.error(error.message)),
      },
    );

  return {
    draft,
    dirty,
    pending,
    restored,
    conflict,
    server: spec,
    change,
    save: (onSaved?: () => void) => saveOn(draft.version, onSaved),
    discard: () => settle(draftOf(spec)),
    keepMine: () => saveOn(spec.version),
    keepTheirs: () => settle(draftOf(spec)),
    closeConflict: () => setConflict(false),
  };
}

function draftOf({ title, text, version }: Spec): SpecDraft {
  return { title, text, version };
}
