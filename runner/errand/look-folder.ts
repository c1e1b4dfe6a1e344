import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { PLACES } from '../phase/commands.ts';
import { ROOTS } from '../phase/find-folder.ts';
import { PHASES, ROADMAPS } from '../phase/user-gate.ts';
import type { Base } from './base-of.ts';
import { layFiles, listFiles, type TreeFile } from './tree-files.ts';

const OF_A_PHASE = ['spec.md', 'requirements.md', 'bugfix.md', 'proposal.md', 'plan.md', 'design.md', 'tasks.md'];
const COMMANDS = PLACES.map((place) => place.slice(0, place.indexOf('/*')));

/**
 * Gives `read` a folder of our own with what a look at a phase needs of a commit: its texts and the commands' files, no more, so that a large
 * repository is looked at as quickly as a small one. The folder is gone afterwards.
 */
export async function withLookFolder<T>(
  dataDir: string,
  base: Base,
  wish: string | null,
  read: (folder: string, files: TreeFile[]) => T,
): Promise<T> {
  const folder = join(dataDir, 'looks', randomUUID());
  const own = wish === null ? [] : [posix.normalize(wish).replace(/\/+$/, '')].filter((path) => path !== '.' && !path.startsWith('..'));
  const listed = await listFiles(base.cwd, base.commit, [...ROOTS, ...PHASES, ...COMMANDS, ...ROADMAPS, ...OF_A_PHASE, ...own]);
  const wanted = listed.filter(({ path }) => isRead(path));
  try {
    mkdirSync(folder, { recursive: true });
    // A phase may have files of other names alone: its folder is there.
    const folders = listed.filter(({ path }) => [...ROOTS, ...own].some((root) => path.startsWith(`${root}/`)));
    for (const path of new Set(folders.map((file) => dirname(file.path)))) mkdirSync(join(folder, path), { recursive: true });
    await layFiles(base.cwd, wanted, folder);
    return read(folder, wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isRead(path: string): boolean {
  if (OF_A_PHASE.includes(posix.basename(path)) || ROADMAPS.includes(path)) return true;
  return path.endsWith('.md') && [...PHASES, ...COMMANDS].some((root) => path.startsWith(`${root}/`));
}
