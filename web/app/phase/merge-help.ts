import type { RunState } from '@specwright/protocol/run-state.ts';
import { quoted } from './hand-over.ts';

export interface MergeHelp {
  title: string;
  /** What to do; empty: the reason's own words say it. */
  todo: string;
  /** For a terminal in the repository. */
  commands: string[];
  /** The project's settings are where it is mended. */
  inProject?: boolean;
}

/** What a person does about a merge that was refused, before it is tried again. */
export function mergeHelp(run: RunState, code: string): MergeHelp {
  const base = quoted(run.phase?.baseBranch ?? 'main');
  const branch = quoted(run.branch);
  switch (code) {
    case 'MERGE_CONFLICT':
      return {
        title: 'The merge meets a conflict',
        todo: 'Join the two by hand once: mend the files that git names, and commit. The next merge then finds nothing left to join.',
        commands: [`git switch ${base}`, `git merge ${branch}`, 'git commit --all --no-edit'],
      };
    case 'CHECKOUT_IN_USE':
      return {
        title: `${run.phase?.baseBranch ?? 'The base branch'} is in use in your working folder`,
        todo: 'Put away what you have changed there, then merge again. After it, “git stash pop” brings it back.',
        commands: ['git status', 'git stash --include-untracked'],
      };
    case 'PUSH_REFUSED':
      return {
        title: 'The merge could not be published',
        todo: 'Bring in what is new on the other side, or mend the access; then merge again.',
        commands: [`git switch ${base}`, 'git pull --no-rebase', `git push origin ${base}`],
      };
    case 'NO_BASE_BRANCH':
      return {
        title: 'There is no branch to merge onto',
        todo: 'Choose a default branch in the project’s settings, or make the branch again; then merge again.',
        commands: [],
        inProject: true,
      };
    default:
      return { title: 'The merge could not be done', todo: '', commands: [] };
  }
}
