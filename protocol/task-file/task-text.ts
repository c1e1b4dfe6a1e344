/** The text behind a box, taken apart. */
export interface TaskText {
  id: string | null;
  optional: boolean;
  tags: string[];
  title: string;
}

/**
 * An id is a whole token at the beginning: "T067-A" is not "T067", and an id in the middle of a sentence is none. A bare number
 * counts with its dot ("1. Parent") or with several parts ("1.1 child").
 */
const ID = new RegExp(
  [
    String.raw`T\d+(?:\s?[-–]\s?T\d+|\.\.T?\d+)`,
    String.raw`T(?:-[A-Z]+)+-\d+`,
    String.raw`T\d+(?:\.\d+|-[A-Z]\d*|[a-z])?`,
    String.raw`(?:WP|TASK|TK|CHK|FR|NFR|REQ)-?\d+[a-z]?`,
    String.raw`[A-Z]{2,6}-\d{2,}[a-z]?`,
    String.raw`\d+(?:\.\d+)+`,
    String.raw`\d+(?=[.)](?:\s|$))`,
  ].join('|'),
);
const LEADING_ID = new RegExp(
  String.raw`^(\*\*|__|${'`'})?(${ID.source})(?![A-Za-z0-9_-])(?:[.):](?=\s|\*|_|$))?(\*(?!\*))?(?:\*\*|__|${'`'})?(?:[.):](?=\s|$))?\s*`,
);
const PLACEHOLDER = /^(\*\*)?T(?:X{2,}|N{2,}|#{2,})(\*\*)?[.):]?\s+/;
const TAG = /^(?:\[([A-Z][A-Za-z0-9]{0,7})\]|\((P)\))(?!\()\s*/;

/** Takes id, star and tags off; what is left is the title. */
export function readTaskText(text: string): TaskText {
  const found = LEADING_ID.exec(text);
  const placeholder = found ? null : PLACEHOLDER.exec(text);
  let rest = text.slice((found ?? placeholder)?.[0].length ?? 0);
  const tags: string[] = [];
  for (let tag = TAG.exec(rest); tag; tag = TAG.exec(rest)) {
    tags.push(tag[1] ?? tag[2] ?? '');
    rest = rest.slice(tag[0].length);
  }
  const behind = /\s*\((P)\)$/.exec(rest);
  if (behind) tags.push('P');
  rest = rest.slice(0, behind?.index).replace(/^[:–—-]\s+/, '');
  return { id: found?.[2]?.replace(/\s/g, '').replace('–', '-') ?? null, optional: found?.[3] === '*', tags, title: rest.trim() };
}

/** A range on one line ("T062-T067") stands for all of its ids. */
export function idsOf(id: string): string[] {
  const range = /^T(\d+)(?:-T|\.\.T?)(\d+)$/.exec(id);
  if (!range) return [id];
  const [, first = '', last = ''] = range;
  const count = Number(last) - Number(first) + 1;
  if (count < 2 || count > 500) return [id];
  return Array.from({ length: count }, (_, i) => `T${String(Number(first) + i).padStart(first.length, '0')}`);
}

const DEPENDENCIES = [
  /\[(?:depends(?: on)?|dep|deps|after)\s*:\s*([^\]]+)\]/gi,
  /_Depends(?: on)?:\s*([^_]+)_/gi,
  /\bdepends on:?\s+([^).;]+)/gi,
];
const ANY_ID = new RegExp(`(?<![A-Za-z0-9_.-])(?:${ID.source})(?![A-Za-z0-9_])`, 'g');

/** The ids that a task's line or one of its details says it waits for. */
export function dependenciesIn(line: string): string[] {
  const named = DEPENDENCIES.flatMap((shape) => Array.from(line.matchAll(shape), (match) => match[1] ?? ''));
  // A lone number is an id here: "_Depends: 2, 3_".
  return named.flatMap((list) => list.match(ANY_ID) ?? list.match(/\b\d+(?:\.\d+)*\b/g) ?? []).flatMap(idsOf);
}
