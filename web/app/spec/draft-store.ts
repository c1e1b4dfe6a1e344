export interface SpecDraft {
  title: string;
  text: string;
  /** The version that the draft was begun on. */
  version: number;
}

const keyOf = (specId: string) => `specwright:draft:${specId}`;

/** The draft that this browser keeps of a spec; null where there is none, or storage is closed to us. */
export function readDraft(specId: string): SpecDraft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(keyOf(specId)) ?? 'null') as SpecDraft | null;
    return draft && typeof draft.text === 'string' && typeof draft.title === 'string' ? draft : null;
  } catch {
    return null;
  }
}

/** Keeps a draft; null forgets it. A full or closed storage is no reason to stop somebody from typing. */
export function keepDraft(specId: string, draft: SpecDraft | null): void {
  try {
    if (draft === null) localStorage.removeItem(keyOf(specId));
    else localStorage.setItem(keyOf(specId), JSON.stringify(draft));
  } catch {}
}
