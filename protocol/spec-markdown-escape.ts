import { fencedLines } from './markdown-fence.ts';

/** Lines of the spec's text that would read as structure. */
export const TEXT_STRUCTURE = /^## chunks\s*$/i;
/** Lines of a chunk's description that would read as structure. */
export const CHUNK_STRUCTURE = /^(#{1,3}(\s|$)|acceptance criteria:\s*$|depends on:)/i;
const FENCE = /^ {0,3}(```|~~~)/;

/** Free text, with a backslash before each line that would read as structure, or as a fence that nobody closes. */
export function escaped(text: string, structure: RegExp): string {
  const lines = withoutBlankEnds(text.split('\n'));
  const fenced = fencedLines(lines);
  return lines.map((line, i) => (!fenced[i] && readsAsStructure(line, structure) ? `\\${line}` : line)).join('\n');
}

/** Takes one backslash from a line that was written with one. */
export function unescaped(line: string, structure: RegExp): string {
  return line.startsWith('\\') && readsAsStructure(line, structure) ? line.slice(1) : line;
}

function readsAsStructure(line: string, structure: RegExp): boolean {
  const bare = line.replace(/^\\+/, '');
  return structure.test(bare) || FENCE.test(bare);
}

export function withoutBlankEnds(lines: string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first < 0 ? [] : lines.slice(first, last + 1);
}
