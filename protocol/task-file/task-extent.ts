import type { Task, TaskFile } from './task-file.ts';

/** Lines of a file, counted from 0; `to` is the first that no longer belongs to it. */
export interface Extent {
  from: number;
  to: number;
}

/** Lines without their ends, as the reader counts them. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

/** Where each task stands with its own details: another task's lines, a child's too, are not its own. */
export function extentsOf(lines: string[], file: TaskFile): Map<Task, Extent> {
  const starts = new Set([...file.tasks, ...file.sections].map(({ line }) => line - 1));
  return new Map(file.tasks.map((task) => [task, { from: task.line - 1, to: endOf(lines, task, starts) }]));
}

function endOf(lines: string[], task: Task, starts: Set<number>): number {
  const from = task.line - 1;
  const isHeaded = isHeading(lines[from]);
  const indent = indentOf(lines[from] ?? '');
  let to = from + 1;
  for (let at = to; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (starts.has(at) || isHeading(line)) break;
    if (line.trim() === '') continue;
    if (!isHeaded && indentOf(line) <= indent) break;
    to = at + 1;
  }
  return to;
}

function isHeading(line = ''): boolean {
  return /^ {0,3}#{1,6}\s/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** What the file says beside its tasks: notes, rules, an order in words. Headings of sections with tasks are not of it. */
export function proseOf(text: string, file: TaskFile): string {
  const lines = linesOf(text);
  const taken = new Set<number>();
  for (const { from, to } of extentsOf(lines, file).values()) for (let at = from; at < to; at++) taken.add(at);
  const used = new Set(file.tasks.flatMap(({ section, group }) => [section, group]));
  file.sections.forEach(({ line }, index) => {
    if (used.has(index)) taken.add(line - 1);
  });
  const title = lines.findIndex((line) => /^#\s/.test(line));
  if (title >= 0) taken.add(title);
  return lines
    .filter((_, at) => !taken.has(at))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
