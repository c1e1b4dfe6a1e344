import { cutMiddle } from '@specwright/protocol/piece.ts';
import type { Clone } from './clone.ts';
import { checkCommit, git } from './git.ts';

export interface Diff {
  /** At most `maxChars`, the middle left out. */
  text: string;
  files: number;
  added: number;
  removed: number;
  paths: string[];
}

/** The difference of two commits, without external programs, filters or colours. */
export async function diffOf(clone: Clone, from: string, to: string, maxChars: number): Promise<Diff> {
  const args = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--numstat', '--patch'];
  const range = [checkCommit(from), checkCommit(to), '--'];
  const text = await git([...args, ...range], { cwd: clone.dir, maxBytes: Math.max(MAX_BYTES, maxChars * 4) }).then(
    (answer) => answer.stdout,
    (fault) => numbersAlone(clone, range, fault),
  );
  // Numbers come first, an empty line, then the patch.
  const border = text.indexOf('\n\n');
  const numbers = border < 0 ? text : text.slice(0, border);
  return { ...readNumbers(numbers), text: border < 0 ? '' : cutMiddle(text.slice(border + 2), maxChars) };
}

const MAX_BYTES = 16 * 1024 * 1024;

/** A patch above git's buffer is told, never a fault: the numbers still say what it was. */
async function numbersAlone(clone: Clone, range: string[], fault: unknown): Promise<string> {
  if (!String((fault as { said?: string }).said).includes('maxBuffer')) throw fault;
  const { stdout } = await git(['diff', '--no-ext-diff', '--no-renames', '--numstat', ...range], { cwd: clone.dir });
  return `${stdout}\n[The difference is too large to show.]\n`;
}

function readNumbers(lines: string): Omit<Diff, 'text'> {
  const diff = { files: 0, added: 0, removed: 0, paths: [] as string[] };
  for (const line of lines.split('\n')) {
    const [added, removed, path] = line.split('\t');
    if (path === undefined) continue;
    diff.files += 1;
    diff.added += Number(added) || 0;
    diff.removed += Number(removed) || 0;
    diff.paths.push(path);
  }
  return diff;
}
