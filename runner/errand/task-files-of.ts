import { setImmediate as others } from 'node:timers/promises';
import type { PhaseFound } from '@specwright/protocol/errand.ts';
import { countTasks } from '@specwright/protocol/task-file/count-tasks.ts';
import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import type { Base } from './base-of.ts';
import { readFiles, type TreeFile } from './tree-files.ts';

/** The rest is over or old: who wants one of it names its path. */
const MOST = 50;
const LOOKS_OPEN = /^\s*(?:[-*+]|\d+[.)])\s+\[[^xX\]]\]/mu;

/** The task files of a commit that have tasks: those with something open first, then the newest by name. */
export async function taskFilesOf({ cwd }: Base, files: TreeFile[]): Promise<PhaseFound['taskFiles']> {
  const named = files.filter(({ path }) => !path.includes('/archive/') && path.length <= 500);
  const texts = await readFiles(cwd, named);
  const all = named
    .map(({ path, oid }) => ({ path, text: texts.get(oid)?.toString('utf8') ?? '' }))
    .filter(({ text }) => text.includes('[') && !text.includes('\0'))
    .map((file) => ({ ...file, rank: LOOKS_OPEN.test(file.text) ? 0 : 1 }))
    .toSorted((a, b) => a.rank - b.rank || (a.path < b.path ? 1 : -1));
  const found: PhaseFound['taskFiles'] = [];
  for (const { path, text } of all.slice(0, MOST)) {
    const file = readTaskFile(text, path);
    const { total, open, done } = countTasks(file);
    if (total > 0) found.push({ path, dialect: file.dialect, open, done });
    // The runs of this machine go on between two large files.
    await others();
  }
  return found;
}
