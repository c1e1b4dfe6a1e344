import type { TaskState } from './task-file.ts';

/** A list item with a box: "- [x] T001 [P] text", "1) [ ]* text", and all their relatives. */
export interface BoxLine {
  indent: number;
  mark: string;
  /** Kiro's star behind the box. */
  star: boolean;
  text: string;
}

const BOX_LINE = /^(\s*)(?:[-*+]|\d+[.)])\s+\[(.)\](\*?)(?=\s|$)\s*(.*)$/u;
const KNOWN_MARKS = new Set([' ', 'x', 'X', '-', '~', '!', '>', '→', 'b']);

/** Null for any other line. A letter in brackets that is a tag ("- [P] tasks = …") is prose. */
export function readBoxLine(line: string): BoxLine | null {
  const found = BOX_LINE.exec(line);
  if (!found) return null;
  const [, indent = '', mark = '', star = '', text = ''] = found;
  if (/[A-WYZ0-9]/.test(mark)) return null;
  return { indent: indentOf(indent), mark, star: star === '*', text: text.trimEnd() };
}

export function isKnownMark(mark: string): boolean {
  return KNOWN_MARKS.has(mark);
}

/** Looks like a box wherever it stands, for counting what was left out. */
export function looksLikeBox(line: string): boolean {
  return /^(?:<!--)?[\s>|]*(?:(?:[-*+]|\d+[.)])\s+)?\[[ xX~!>→b-]\]/u.test(line) || /\|\s*\[[ xX~!>→b-]\]/u.test(line);
}

/** Kiro's dash is work in hand; everywhere else it is work put off. */
export function stateOf(mark: string, dashIsProgress: boolean): TaskState {
  if (mark === ' ') return 'todo';
  if (mark === 'x' || mark === 'X') return 'done';
  if (mark === '-') return dashIsProgress ? 'in_progress' : 'deferred';
  if (mark === '>' || mark === '→') return 'in_progress';
  return mark === '~' ? 'deferred' : 'blocked';
}

/** The line's identity: a change of its mark does not change it. */
export function hashOfLine(line: string): string {
  const blanked = line.replace(/\[.\]/u, '[ ]').trimEnd();
  // cyrb53, public domain: 53 bits are plenty to tell a few hundred lines of one file apart.
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < blanked.length; i++) {
    const unit = blanked.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

/** A tab counts as four. */
function indentOf(space: string): number {
  return Array.from(space).reduce((width, char) => width + (char === '\t' ? 4 : 1), 0);
}
