import { fenceFinder } from '../markdown-fence.ts';
import type { LeftOutReason, TaskWarning } from './task-file.ts';

/** What each line is part of: null where a box is a task. */
export interface LineScopes {
  scopes: (LeftOutReason | null)[];
  warnings: TaskWarning[];
}

const OPENS_FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** Tells prose from what only shows something: closed fences, comments, front matter, quotes, tables. */
export function scopeLines(lines: string[]): LineScopes {
  const scopes: (LeftOutReason | null)[] = lines.map(() => null);
  const warnings: TaskWarning[] = [];
  const endOfFence = fenceFinder(lines);
  for (let at = markFrontMatter(lines, scopes); at < lines.length; at++) {
    const line = lines[at] ?? '';
    const fenceEnd = endOfFence(at);
    const commentEnd = fenceEnd === null ? endOfComment(lines, at) : null;
    if (fenceEnd !== null) at = mark(scopes, { from: at, to: fenceEnd, as: 'code fence' });
    else if (OPENS_FENCE.test(line)) warnings.push(unclosedFence(at));
    else if (commentEnd === 'never') warnings.push(unclosedComment(at));
    else if (commentEnd !== null) at = mark(scopes, { from: at, to: commentEnd, as: 'comment' });
    else if (/^\s*>/.test(line)) scopes[at] = 'block quote';
    else if (/^\s*\|/.test(line)) scopes[at] = 'table';
  }
  return { scopes, warnings };
}

function markFrontMatter(lines: string[], scopes: (LeftOutReason | null)[]): number {
  if (lines[0]?.trimEnd() !== '---') return 0;
  const end = lines.findIndex((line, at) => at > 0 && line.trimEnd() === '---');
  return end < 0 ? 0 : mark(scopes, { from: 0, to: end, as: 'front matter' }) + 1;
}

/** A comment takes whole lines only when its line begins with it; one that ends on its own line hides nothing. */
function endOfComment(lines: string[], at: number): number | 'never' | null {
  if (!/^\s*<!--/.test(lines[at] ?? '')) return null;
  const after = (lines[at] ?? '').slice((lines[at] ?? '').indexOf('<!--') + 4);
  if (after.includes('-->')) return at;
  const end = lines.findIndex((line, i) => i > at && line.includes('-->'));
  return end < 0 ? 'never' : end;
}

function mark(scopes: (LeftOutReason | null)[], range: { from: number; to: number; as: LeftOutReason }): number {
  scopes.fill(range.as, range.from, range.to + 1);
  return range.to;
}

function unclosedFence(at: number): TaskWarning {
  return {
    kind: 'unclosed_fence',
    line: at + 1,
    message: `The code fence of line ${at + 1} is never closed; what follows it was read as text.`,
  };
}

function unclosedComment(at: number): TaskWarning {
  return {
    kind: 'unclosed_comment',
    line: at + 1,
    message: `The comment of line ${at + 1} is never closed; what follows it was read as text.`,
  };
}
