import type { ConfigDraft, DraftErrors } from './config-draft.ts';

/** What every part of the form is given: all of it, what is wrong with it, and how to change a field. */
export interface DraftProps {
  draft: ConfigDraft;
  errors: DraftErrors;
  set: (part: Partial<ConfigDraft>) => void;
}
