import type { Repository } from '@specwright/protocol/run-plan.ts';
import { Choice } from '../ui/choice.tsx';
import { TextField } from '../ui/field.tsx';

export interface RepositoryDraft {
  kind: 'path' | 'url';
  place: string;
  branch: string;
}

export function toRepository(draft: RepositoryDraft): Repository {
  const defaultBranch = draft.branch.trim() || null;
  return draft.kind === 'path'
    ? { kind: 'path', path: draft.place.trim(), defaultBranch }
    : { kind: 'url', url: draft.place.trim(), defaultBranch };
}

export function toDraft(repository: Repository): RepositoryDraft {
  return {
    kind: repository.kind,
    place: repository.kind === 'path' ? repository.path : repository.url,
    branch: repository.defaultBranch ?? '',
  };
}

interface RepositoryFieldsProps {
  draft: RepositoryDraft;
  onChange: (draft: RepositoryDraft) => void;
  autoFocus?: boolean;
}

/** Where the code is: a folder on the machine that runs the agents, or a git URL. */
export function RepositoryFields({ draft, onChange, autoFocus }: RepositoryFieldsProps) {
  const isPath = draft.kind === 'path';
  return (
    <>
      <Choice
        label="Repository"
        value={draft.kind}
        onChange={(kind) => onChange({ ...draft, kind })}
        options={[
          { value: 'path', label: 'Folder' },
          { value: 'url', label: 'Git URL' },
        ]}
      />
      <TextField
        label={isPath ? 'Folder on the machine' : 'Git URL'}
        value={draft.place}
        onChange={(place) => onChange({ ...draft, place })}
        placeholder={isPath ? '/home/me/code/shop' : 'git@github.com:me/shop.git'}
        hint={
          isPath
            ? 'A git repository on the machine that runs the agents. Your checkout is never touched.'
            : 'The machine fetches with its own credentials.'
        }
        required
        autoFocus={autoFocus}
        spellCheck={false}
        autoComplete="off"
      />
      <TextField
        label="Default branch"
        value={draft.branch}
        onChange={(branch) => onChange({ ...draft, branch })}
        placeholder="the repository’s own"
        spellCheck={false}
        autoComplete="off"
      />
    </>
  );
}
