import { keep, readKept } from '../ui/kept-in-browser.ts';

export interface SpecDraft {
  title: string;
  text: string;
  /** The version that the draft was begun on. */
  version: number;
}

const keyOf = (specId: string) => `specwright:draft:${specId}`;

/** The draft that this browser keeps of a spec; null where there is none, or storage is closed to us. */
export function readDraft(specId: string): SpecDraft | null {
  const draft = readKept('localStorage', keyOf(specId)) as SpecDraft | null;
  return draft && typeof draft.text === 'string' && typeof draft.title === 'string' ? draft : null;
}

/** Keeps a draft; null forgets it. */
export function keepDraft(specId: string, draft: SpecDraft | null): void {
  keep('localStorage', keyOf(specId), draft);
}
