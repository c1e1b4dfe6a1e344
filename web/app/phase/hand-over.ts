import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { lastSnapshot } from './phase-outlook.ts';

export interface HandOver {
  branch: string;
  /** The last confirmed commit on it; null: nothing is confirmed yet. */
  head: string | null;
  /** For a terminal, in their order: a folder of its own with the branch. */
  commands: string[];
  /** The latest attempt's work, kept on the machine that made it; null: there is none. */
  work: { commit: string; clone: string | null; commands: string[] } | null;
}

/** What somebody needs to go on by hand where a phase stopped. */
export function handOverOf(run: RunState, item: Item | null): HandOver {
  const { branch, head, repository } = run;
  const folder = `../${branch.split('/').at(-1) ?? 'by-hand'}`;
  const into = repository.kind === 'path' ? `cd ${quoted(repository.path)}` : `git clone ${quoted(repository.url)} by-hand && cd by-hand`;
  const commands = [into, `git worktree add ${quoted(folder)} ${quoted(branch)}`, `cd ${quoted(folder)}`];
  return { branch, head, commands, work: workOf(run, item) };
}

// The runner keeps each attempt under a ref of this name.
function workOf({ id, clone }: RunState, item: Item | null): HandOver['work'] {
  const last = lastSnapshot(item);
  if (last === null || item === null) return null;
  const ref = `refs/specwright/${id}/${item.id}/${last.attempt}`;
  const commands = clone === undefined ? [] : [`git fetch ${quoted(clone)} ${quoted(ref)}`, 'git cherry-pick --no-commit FETCH_HEAD'];
  return { commit: last.commit, clone: clone ?? null, commands };
}

/** For a POSIX shell: as it is where it is plain, else in single quotes. */
export function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
