/** An opening code fence: its character and length; null for any other line. */
function openerOf(line: string): { mark: string; length: number } | null {
  const found = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
  return found ? { mark: found[0] as string, length: found.length } : null;
}

function closes(line: string, opener: { mark: string; length: number }): boolean {
  const found = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return found !== undefined && found[0] === opener.mark && found.length >= opener.length;
}

/**
 * Finds code fences. A fence that nobody closes is no fence: it would swallow everything after it.
 * `endOf(i)` answers the line that closes the fence opened at line i, or null when line i opens none.
 */
export function fenceFinder(lines: string[]): (at: number) => number | null {
  // From the line where a search failed, every longer fence of the same mark is unclosed as well: searches stay few.
  const unclosed: Record<string, number> = {};
  return (at) => {
    const opener = openerOf(lines[at] ?? '');
    if (!opener || opener.length >= (unclosed[opener.mark] ?? Number.POSITIVE_INFINITY)) return null;
    for (let i = at + 1; i < lines.length; i++) if (closes(lines[i] ?? '', opener)) return i;
    unclosed[opener.mark] = opener.length;
    return null;
  };
}

/** True for every line that stands in a closed fence, its two borders included. */
export function fencedLines(lines: string[]): boolean[] {
  const fenced = lines.map(() => false);
  const endOf = fenceFinder(lines);
  for (let i = 0; i < lines.length; i++) {
    const end = endOf(i);
    if (end === null) continue;
    fenced.fill(true, i, end + 1);
    i = end;
  }
  return fenced;
}
