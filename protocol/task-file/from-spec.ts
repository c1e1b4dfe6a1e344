import type { SpecChunk } from '../spec-document.ts';
import { readTaskFile } from './read-task-file.ts';
import { extentsOf } from './task-extent.ts';
import type { Task, TaskFile } from './task-file.ts';
import { isOpen } from './task-file.ts';
import { chunksOfTasks, headOfDescription } from './to-spec.ts';
import { type ChunkOfFile, detailsOf, idsFor, linesOfChunk, sectionOf } from './write-task.ts';

export interface SpecOfFile {
  title: string;
  chunks: ChunkOfFile[];
}

/**
 * A spec as a tasks.md that reads back as the same chunks.
 * @param original the task file that the spec was made from: whatever was not changed since stays as it was written, byte for byte; completed
 * chunks are ticked, and a parent with its last child.
 */
export function tasksOfSpec(spec: SpecOfFile, original: { path: string; text: string } | null): string {
  return original === null ? written(spec) : changed(spec, original);
}

function written({ title, chunks }: SpecOfFile): string {
  const ids = idsFor(chunks, new Map(), new Set());
  const lines = [`# Tasks: ${title}`];
  let section: string | null = null;
  for (const chunk of chunks) {
    const own: string = sectionOf(chunk) ?? section ?? 'Tasks';
    if (own !== section) lines.push('', `## ${own}`, '');
    section = own;
    lines.push(...linesOfChunk(chunk, ids, own));
  }
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

function changed(spec: SpecOfFile, { path, text }: { path: string; text: string }): string {
  // Line ends stay with their lines.
  const lines = text.split('\n');
  const file = readTaskFile(text, path);
  const extents = extentsOf(
    lines.map((line) => line.replace(/\r$/, '')),
    file,
  );
  const before = chunksOfTasks(file);
  const now = new Map(spec.chunks.map((chunk) => [chunk.key, chunk]));
  const ids = knownIds(spec, file, before);
  const end = text.includes('\r\n') ? '\r' : '';
  const said: (string[] | null)[] = lines.map(() => null);
  const ticked = new Set<Task>();
  for (const [task, chunk] of before) {
    const { from, to } = extents.get(task) ?? { from: 0, to: 0 };
    const after = now.get(chunk.key);
    now.delete(chunk.key);
    if (after?.done) ticked.add(task);
    if (after !== undefined && isSame(chunk, after)) continue;
    said.fill([], from, to);
    if (after !== undefined) said[from] = rewritten(after, { task, file, chunk, ids, line: lines[from] ?? '' }).map((line) => line + end);
  }
  for (const task of ticked) tick(lines, said, task);
  for (const parent of finishedParents(file, ticked)) tick(lines, said, parent);
  return insert(lines, said, { chunks: [...now.values()], file, ids, end }).join('\n');
}

function knownIds(spec: SpecOfFile, file: TaskFile, before: Map<Task, SpecChunk>): Map<string, string> {
  const known = new Map<string, string>();
  for (const [task, chunk] of before) if (task.id !== null) known.set(chunk.key, task.id);
  return idsFor(spec.chunks, known, new Set(file.tasks.flatMap(({ id }) => id ?? [])));
}

function isSame(a: SpecChunk, b: SpecChunk): boolean {
  const said = ({ title, description, acceptanceCriteria, dependsOn }: SpecChunk) =>
    JSON.stringify([title, description.trimEnd(), acceptanceCriteria, dependsOn.toSorted()]);
  return said(a) === said(b);
}

interface Rewriting {
  task: Task;
  file: TaskFile;
  /** As the file said it. */
  chunk: SpecChunk;
  ids: Map<string, string>;
  line: string;
}

/** The bullet, the id and the tags stay as they were written. */
function rewritten(after: ChunkOfFile, { task, file, chunk, ids, line }: Rewriting): string[] {
  const head = headOfDescription(file, task);
  const lines = after.description.split('\n');
  const own = head.every((text, at) => lines[at] === text) ? lines.slice(head.length) : lines;
  const title = sameDependencies(after, chunk) ? after.title : withoutDependencies(after.title);
  const details = sameDependencies(after, chunk) ? own : own.map(withoutDependencies);
  const plain = { ...after, title, description: details.join('\n') };
  const fresh = linesOfChunk(plain, ids, '');
  const kept = /^(\s*)(#{1,6}|(?:[-*+]|\d+[.)])\s+\[.\]\*?)(\s+)(.*?)\r?$/u.exec(line);
  const isHeading = kept?.[2]?.startsWith('#') ?? false;
  // With its first criterion a box becomes a heading, and the other way round.
  if (kept === null || isHeading !== after.acceptanceCriteria.length > 0) return fresh;
  const [, indent = '', bullet = '', space = '', text = ''] = kept;
  const at = task.title === '' ? -1 : text.indexOf(task.title);
  const lead = at < 0 ? `${task.id ?? ''} `.trimStart() : text.slice(0, at);
  const tail = at < 0 ? '' : text.slice(at + task.title.length);
  const said = (fresh[0] ?? '').replace(isHeading ? /^### \S+: / : /^- \[.\] \S+ /u, '');
  const first = `${indent}${bullet}${space}${lead}${said}${tail}`;
  return [first, ...(isHeading ? fresh.slice(1) : detailsOf(plain, '').map((detail) => `${indent}  ${detail}`))];
}

function sameDependencies(a: SpecChunk, b: SpecChunk): boolean {
  return JSON.stringify(a.dependsOn.toSorted()) === JSON.stringify(b.dependsOn.toSorted());
}

function withoutDependencies(text: string): string {
  return text
    .replace(/\s*\[(?:depends(?: on)?|dep|deps|after)\s*:[^\]]*\]/gi, '')
    .replace(/\s*_Depends(?: on)?:[^_]*_/gi, '')
    .replace(/\s*\(depends on:?[^)]*\)/gi, '');
}

/** Open parents whose children are all done now. */
function finishedParents(file: TaskFile, ticked: Set<Task>): Task[] {
  const isDone = (task: Task) => task.state === 'done' || ticked.has(task);
  const finished = new Set<Task>();
  // From the inside out: children stand behind their parents.
  for (const [index, task] of [...file.tasks.entries()].reverse()) {
    const children = file.tasks.filter(({ parent }) => parent === index);
    const isOver = (child: Task) => isDone(child) || finished.has(child) || !isOpen(child);
    if (isOpen(task) && !ticked.has(task) && children.length > 0 && children.every(isOver)) finished.add(task);
  }
  return [...finished];
}

/** Sets its boxes, wherever its lines stand now. */
function tick(lines: string[], said: (string[] | null)[], task: Task): void {
  const ticked = (line: string) => line.replace(/^(\s*(?:[-*+]|\d+[.)])\s+\[)[^\]xX](\])/u, '$1x$2');
  for (const { line } of task.boxes) {
    const own: string[] | null = said[line - 1] ?? null;
    if (own === null) lines[line - 1] = ticked(lines[line - 1] ?? '');
    else said[line - 1] = own.map((text, at) => (at === 0 ? ticked(text) : text));
  }
}

interface Insertion {
  chunks: ChunkOfFile[];
  file: TaskFile;
  ids: Map<string, string>;
  end: string;
}

/** Chunks that the file does not have stand at the end of the section that they name, else at the file's end. */
function insert(lines: string[], said: (string[] | null)[], { chunks, file, ids, end }: Insertion): string[] {
  const at = new Map<number, string[]>();
  for (const chunk of chunks) {
    const index = file.sections.findIndex(({ title }) => title === sectionOf(chunk));
    const level = file.sections[index]?.level ?? 0;
    const next = index < 0 ? undefined : file.sections.find((section, other) => other > index && section.level <= level);
    const place = lastSaid(lines, next === undefined ? lines.length : next.line - 1);
    const known = at.get(place) ?? [];
    const heading = index < 0 && known.length === 0 ? ['', `## ${sectionOf(chunk) ?? 'Added'}`, ''] : [];
    at.set(place, [...known, ...heading, ...linesOfChunk(chunk, ids, sectionOf(chunk) ?? '')]);
  }
  const whole = lines.flatMap((line, index) => [...(added(at, index, end) ?? []), ...(said[index] ?? [line])]);
  return [...whole, ...(added(at, lines.length, end) ?? [])];
}

function added(at: Map<number, string[]>, index: number, end: string): string[] | undefined {
  return at.get(index)?.map((line) => line + end);
}

/** Behind the last line that says something before this one. */
function lastSaid(lines: string[], before: number): number {
  let at = before;
  while (at > 0 && (lines[at - 1] ?? '').trim() === '') at--;
  return at;
}
