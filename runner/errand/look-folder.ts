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
 * @param read `files`: all task files of the commit, also those that no look needs.
 */
export async function withLookFolder<T>(
  dataDir: string,
  base: Base,
  wish: string | null,
  read: (folder: string, files: TreeFile[]) => Promise<T>,
): Promise<T> {
  const folder = join(dataDir, 'looks', randomUUID());
  const own = wish === null ? [] : [posix.normalize(wish).replace(/\/+$/, '')].filter((path) => path !== '.' && !path.startsWith('..'));
  const listed = await listFiles(base.cwd, base.commit, [...ROOTS, ...PHASES, ...COMMANDS, ...ROADMAPS, ...OF_A_PHASE, ...own]);
  const isPassed = passedPhases(listed, [...own, ...(base.branch === null ? [] : [base.branch])]);
  const needed = listed.filter(({ path }) => !isPassed(path));
  try {
    mkdirSync(folder, { recursive: true });
    // A phase may have files of other names alone: its folder is there.
    for (const path of new Set(needed.flatMap((file) => phaseOf(file.path, own) ?? []))) mkdirSync(join(folder, path), { recursive: true });
    const laid = needed.filter(({ path }) => isRead(path, own));
    await layFiles(base.cwd, laid, folder);
    const tasks = listed.filter(({ path }) => posix.basename(path) === 'tasks.md');
    return await read(folder, tasks);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of numbered phases a look takes the highest or one that is named: a repository may have hundreds that are over. */
function passedPhases(files: TreeFile[], named: string[]): (path: string) => boolean {
  const numberOf = (path: string) => Number(/^specs\/(\d+)-/.exec(path)?.[1] ?? -1);
  const highest = files.reduce((most, { path }) => Math.max(most, numberOf(path)), -1);
  const isNamed = (path: string) => named.some((name) => path.startsWith(`${name}/`) || dirname(path).endsWith(`/${name}`));
  return (path) => numberOf(path) >= 0 && numberOf(path) < highest && !isNamed(path);
}

function isRead(path: string, own: string[]): boolean {
  if (ROADMAPS.includes(path)) return true;
  const folder = dirname(path);
  if (OF_A_PHASE.includes(posix.basename(path)) && (folder === '.' || folder === phaseOf(path, own))) return true;
  return path.endsWith('.md') && [...PHASES, ...COMMANDS].some((root) => path.startsWith(`${root}/`));
}

/** The folder that could be a phase's: the one that is wished for, or the first level below where phases stand. */
function phaseOf(path: string, own: string[]): string | null {
  const wished = own.find((folder) => path.startsWith(`${folder}/`));
  if (wished !== undefined) return wished;
  const root = ROOTS.find((one) => path.startsWith(`${one}/`));
  const name =
    root === undefined
      ? undefined
      : path
          .slice(root.length + 1)
          .split('/')
          .slice(0, -1)[0];
  return name === undefined ? null : `${root}/${name}`;
}
