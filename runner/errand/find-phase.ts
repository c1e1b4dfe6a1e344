import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Errand, PhaseFound } from '@specwright/protocol/errand.ts';
import { REPOSITORY_COMMANDS } from '@specwright/protocol/phase.ts';
import { repositoryCommand } from '../phase/commands.ts';
import { findFolder } from '../phase/find-folder.ts';
import { look } from '../phase/look.ts';
import { readTasks } from '../phase/read-tasks.ts';
import { type Base, findBase } from './base-of.ts';
import { leftFiles } from './left-files.ts';
import { withLookFolder } from './look-folder.ts';
import { taskFilesOf } from './task-files-of.ts';

/** What a link may lead to is not always a file, or a small one. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What a phase that is started now would find, as its first look would read it: from the commit, not from a person's files. */
export async function findPhase(dataDir: string, errand: Errand & { kind: 'phase' }): Promise<PhaseFound> {
  const base = await findBase(dataDir, errand.repository);
  const wish = { folder: errand.folder, baseBranch: base.branch, batchSize: errand.batchSize };
  return withLookFolder(dataDir, base, errand.folder, async (folder, files) => {
    const seen = look(folder, wish);
    const own = seen.taskFile === null ? null : readTasks(folder, seen.taskFile);
    const file = own !== null && 'file' in own ? own.file : null;
    const uncommitted = uncommittedTasks(base, folder, errand.folder);
    return {
      kind: 'phase',
      seen: { ...seen, warnings: [...(uncommitted === null ? [] : [uncommitted]), ...seen.warnings].slice(0, 20) },
      duplicates: (file?.duplicates ?? []).slice(0, 100).map(({ id }) => id.slice(0, 100)),
      leftOut: (file?.leftOut ?? []).slice(0, 200).map(({ line, text, reason }) => ({ line, text: text.slice(0, 300), reason })),
      commands: REPOSITORY_COMMANDS.filter((name) => repositoryCommand(folder, name) !== null),
      taskFiles: await taskFilesOf(base, files),
      left: leftFiles(base.origin),
    };
  });
}

/** A person looks at the files of the checkout, a run at those of the commit: where they differ, that is said. */
function uncommittedTasks({ origin, branch }: Base, committed: string, wish: string | null): string | null {
  if (origin.kind !== 'path' || origin.bare) return null;
  try {
    const { folder } = findFolder(origin.address, wish, branch);
    const file = folder === null ? null : folder === '.' ? 'tasks.md' : `${folder}/tasks.md`;
    const there = file === null ? null : textOf(join(origin.address, file));
    if (file === null || there === null) return null;
    const here = textOf(join(committed, file));
    if (here === there) return null;
    const on = branch === null ? 'committed' : `committed on ${branch}`;
    const said = here === null ? `${file} is in the folder, but not ${on}.` : `${file} in the folder differs from the one ${on}.`;
    return `${said} A run reads what is committed: commit it first if it is to count.`;
  } catch {
    // Unreadable folders of the checkout change nothing of what is committed.
    return null;
  }
}

function textOf(path: string): string | null {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MOST_BYTES) return null;
    return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return null;
  }
}
