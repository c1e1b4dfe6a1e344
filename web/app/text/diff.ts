export interface DiffLine {
  kind: 'file' | 'hunk' | 'added' | 'removed' | 'meta' | 'same';
  text: string;
}

/** Says of each line of a unified git diff what it is. The header of a file becomes one line: its path. */
export function parseDiff(diff: string): DiffLine[] {
  let inHunk = false;
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .flatMap((text): DiffLine[] => {
      const file = /^diff --git a\/(.*) b\/(.*)$/.exec(text);
      if (file) {
        inHunk = false;
        return [{ kind: 'file', text: file[1] === file[2] ? (file[2] ?? '') : `${file[1]} → ${file[2]}` }];
      }
      if (text.startsWith('@@')) {
        inHunk = true;
        return [{ kind: 'hunk', text }];
      }
      if (!inHunk) return /^(index |--- |\+\+\+ )/.test(text) ? [] : [{ kind: 'meta', text }];
      if (text.startsWith('+')) return [{ kind: 'added', text }];
      if (text.startsWith('-')) return [{ kind: 'removed', text }];
      return [{ kind: text.startsWith('\\') ? 'meta' : 'same', text }];
    });
}
