import { useMemo, useState } from 'react';
import { keep, keepUnlessEmpty, readKept } from '../ui/kept-in-browser.ts';
import { type ConfigDraft, firstDraft } from './config-draft.ts';

/** The form's draft of a project, kept in this tab until it is started or set back: a dialog that is closed by a slip of the hand loses nothing. */
export function useConfigDraft(projectId: string) {
  const key = `specwright:phase:${projectId}`;
  const [typed, setTyped] = useState(() => readTyped(key));
  const draft = useMemo(() => ({ ...firstDraft(), ...typed }), [typed]);
  const set = (part: Partial<ConfigDraft>) =>
    setTyped((before) => {
      const after = onlyDiffering({ ...before, ...part });
      keepUnlessEmpty('sessionStorage', key, after);
      return after;
    });
  return {
    draft,
    isTyped: Object.keys(typed).length > 0,
    set,
    reset: () => set(firstDraft()),
    /** It is started: the next begins with the defaults. */
    forget: () => keep('sessionStorage', key, null),
  };
}

function onlyDiffering(draft: Partial<ConfigDraft>): Partial<ConfigDraft> {
  const first: Record<string, unknown> = { ...firstDraft() };
  return Object.fromEntries(Object.entries(draft).filter(([field, value]) => value !== first[field]));
}

/** What another version of the page kept may have another shape: only fields of today's kind are taken. */
function readTyped(key: string): Partial<ConfigDraft> {
  const first: Record<string, unknown> = { ...firstDraft() };
  const kept = Object.entries(readKept('sessionStorage', key) ?? {});
  return onlyDiffering(Object.fromEntries(kept.filter(([field, value]) => typeof value === typeof first[field])));
}
