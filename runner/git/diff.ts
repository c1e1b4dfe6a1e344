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
  /** Files and folders of `to` that `from` has not, by object id. */
  objects: string[];
}

/** The difference of two commits, without external programs, filters or colours. */
export async function diffOf(clone: Clone, from: string, to: string, maxChars: number): Promise<Diff> {
  const args = [
    'diff-tree',
    '-r',
    '-t',
    '--no-commit-id',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--raw',
    '--numstat',
  ];
  const range = [checkCommit(from), checkCommit(to), '--'];
  const text = await git([...args, '--patch', ...range], { cwd: clone.dir, maxBytes: Math.max(MAX_BYTES, maxChars * 4) }).then(
    (answer) => answer.stdout,
    async (fault) => {
      // A patch above the buffer is told, never a fault: the numbers still say what it was.
      if (!String((fault as { said?: string }).said).includes('maxBuffer')) throw fault;
      return `${(await git([...args, ...range], { cwd: clone.dir })).stdout}\n[The difference is too large to show.]\n`;
    },
  );
  // Objects and numbers come first, an empty line, then the patch.
  const border = text.indexOf('\n\n');
  const lines = (border < 0 ? text : text.slice(0, border)).split('\n');
  const patch = border < 0 ? '' : cutMiddle(text.slice(border + 2), maxChars);
  return { ...readNumbers(lines.filter((line) => !line.startsWith(':'))), text: patch, objects: readObjects(lines) };
}

const MAX_BYTES = 16 * 1024 * 1024;

function readNumbers(lines: string[]): Omit<Diff, 'text' | 'objects'> {
  const diff = { files: 0, added: 0, removed: 0, paths: [] as string[] };
  for (const line of lines) {
    const [added, removed, path] = line.split('\t');
    if (path === undefined) continue;
    diff.files += 1;
    diff.added += Number(added) || 0;
    diff.removed += Number(removed) || 0;
    diff.paths.push(path);
  }
  return diff;
}

const SUBMODULE = '160000';

/** Raw lines (git-diff-tree, "raw output format"): `:old-mode new-mode old-id new-id status\tpath`. */
function readObjects(lines: string[]): string[] {
  const fields = lines.filter((line) => line.startsWith(':')).map((line) => line.split(/[ \t]/));
  return fields.filter(([, mode, , id]) => mode !== SUBMODULE && id !== undefined && !/^0+$/.test(id)).map((field) => field[3] ?? '');
}
