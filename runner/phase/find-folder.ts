import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { countTasks } from '@specwright/protocol/task-file/count-tasks.ts';
import { readTasks } from './read-tasks.ts';

/** Where phases stand: SpecFlow and spec-kit, OpenSpec, Kiro. */
export const ROOTS = ['specs', 'openspec/changes', '.kiro/specs'];

/**
 * The phase's folder: the one that is wished for; else the one that is named as the branch; else the highest number of `specs`; else the only
 * one with open tasks; else the top, where a tasks.md stands there. Null with the reason where there is none, or more than one.
 */
export function findFolder(
  worktree: string,
  wish: string | null,
  branch: string | null,
): { folder: string | null; problem: string | null } {
  if (wish !== null) {
    const folder = wish.replace(/\/+$/, '');
    if (!existsSync(join(worktree, folder))) return { folder: null, problem: `There is no folder ${folder} in the repository.` };
    return isInside(worktree, folder) ? { folder, problem: null } : { folder: null, problem: `${folder} is not inside the repository.` };
  }
  const all = ROOTS.flatMap((root) => foldersIn(worktree, root)).filter((folder) => isInside(worktree, folder));
  const named = all.find((folder) => branch !== null && folder.endsWith(`/${branch}`));
  if (named !== undefined) return { folder: named, problem: null };
  const numbered = all.filter((folder) => /^specs\/\d+-/.test(folder)).sort((a, b) => numberOf(a) - numberOf(b));
  const last = numbered.at(-1);
  if (last !== undefined) return { folder: last, problem: null };
  const open = all.filter((folder) => hasOpenTasks(worktree, folder));
  const only = open.length === 1 ? open[0] : all.length === 1 ? all[0] : undefined;
  if (only !== undefined) return { folder: only, problem: null };
  if (open.length > 1) return { folder: null, problem: `Several phases have open tasks: ${open.join(', ')}. Choose one (folder).` };
  if (existsSync(join(worktree, 'tasks.md'))) return { folder: '.', problem: null };
  return { folder: null, problem: `No task file was found: there is no tasks.md in ${ROOTS.join(', ')} or at the top.` };
}

function foldersIn(worktree: string, root: string): string[] {
  const path = join(worktree, root);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'archive');
  // Not in the order of the disk: the same files are the same answer on every machine.
  return folders.map((entry) => `${root}/${entry.name}`).sort();
}

function isInside(worktree: string, folder: string): boolean {
  const path = relative(realpathSync(worktree), realpathSync(join(worktree, folder)));
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
}

function numberOf(folder: string): number {
  return Number(/(\d+)-/.exec(folder)?.[1] ?? 0);
}

function hasOpenTasks(worktree: string, folder: string): boolean {
  const read = readTasks(worktree, `${folder}/tasks.md`);
  return 'file' in read && countTasks(read.file).open > 0;
}
