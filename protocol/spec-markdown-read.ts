import { fenceFinder } from './markdown-fence.ts';
import type { SpecChunk, SpecProblem } from './spec-document.ts';
import { CHUNK_STRUCTURE, TEXT_STRUCTURE, unescaped, withoutBlankEnds } from './spec-markdown-escape.ts';

/** A chunk with the lines that problems are reported at. */
export interface ReadChunk extends SpecChunk {
  line: number;
  dependsLine: number;
}

export interface ReadSpec {
  title: string;
  text: string;
  chunks: ReadChunk[];
  problems: SpecProblem[];
}

/** Reads the structure of a file; what its parts may say is checked elsewhere. */
export function readSpec(lines: string[]): ReadSpec {
  const spec: ReadSpec = { title: '', text: '', chunks: [], problems: [] };
  const start = readTitle(lines, spec);
  const section = readText(lines, start, spec);
  let at = readGap(lines, section + 1, spec);
  while (at < lines.length) at = readChunk(lines, at, spec);
  return spec;
}

function readTitle(lines: string[], spec: ReadSpec): number {
  const first = lines.findIndex((line) => line.trim() !== '');
  const title = /^#\s+(.*\S)\s*$/.exec(lines[first] ?? '')?.[1];
  if (title === undefined) spec.problems.push({ line: Math.max(first, 0) + 1, message: 'The file begins with its title: "# Title".' });
  spec.title = title ?? '';
  return title === undefined ? Math.max(first, 0) : first + 1;
}

/** The spec's text ends at the first "## Chunks" that stands in no code fence. */
function readText(lines: string[], start: number, spec: ReadSpec): number {
  const { taken, end } = takeUntil(lines, start, TEXT_STRUCTURE);
  spec.text = taken;
  return end;
}

function readGap(lines: string[], start: number, spec: ReadSpec): number {
  const next = lines.findIndex((line, i) => i >= start && line.trim() !== '');
  if (next < 0) return lines.length;
  if (!/^###(\s|$)/.test(lines[next] ?? '')) {
    spec.problems.push({ line: next + 1, message: 'Under "## Chunks" stand only chunks: "### key: title". Put other text above it.' });
    const heading = lines.findIndex((line, i) => i > next && /^###\s/.test(line));
    return heading < 0 ? lines.length : heading;
  }
  return next;
}

function readChunk(lines: string[], at: number, spec: ReadSpec): number {
  const chunk = {
    ...headingOf(lines[at] ?? '', at, spec),
    description: '',
    acceptanceCriteria: [],
    dependsOn: [],
    line: at + 1,
    dependsLine: at + 1,
  };
  const { taken, end } = takeUntil(lines, at + 1, CHUNK_STRUCTURE);
  chunk.description = taken;
  spec.chunks.push(chunk);
  return readTail(lines, end, { chunk, problems: spec.problems });
}

function headingOf(line: string, at: number, spec: ReadSpec): { key: string; title: string } {
  const found = /^###\s+([a-z0-9][a-z0-9._-]{0,63}):\s+(.*\S)\s*$/i.exec(line);
  if (found) return { key: found[1] as string, title: found[2] as string };
  const message = 'A chunk begins with "### key: title"; the key has letters, digits, dots, dashes and underscores, at most 64.';
  spec.problems.push({ line: at + 1, message });
  return { key: '', title: '' };
}

/** Criteria and dependencies, in either order, up to the next chunk. */
function readTail(lines: string[], start: number, into: { chunk: ReadChunk; problems: SpecProblem[] }): number {
  const { chunk, problems } = into;
  let at = start;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (/^###(\s|$)/.test(line)) return at;
    const needs = /^depends on:(.*)$/i.exec(line)?.[1];
    if (/^acceptance criteria:\s*$/i.test(line)) at = readCriteria(lines, at + 1, chunk);
    else if (needs !== undefined) {
      chunk.dependsLine = at + 1;
      chunk.dependsOn = [...new Set([...chunk.dependsOn, ...keysOf(needs)])];
      at++;
    } else {
      if (line.trim() !== '') problems.push({ line: at + 1, message: misplaced(line) });
      at++;
    }
  }
  return at;
}

function misplaced(line: string): string {
  return /^#{1,2}(\s|$)/.test(line)
    ? 'After "## Chunks" no other section begins. Put it above, or make it a "####" heading of a chunk.'
    : "A chunk's text stands before its acceptance criteria and dependencies.";
}

function keysOf(list: string): string[] {
  return list
    .split(',')
    .map((key) => key.trim().replace(/^`(.*)`$/, '$1'))
    .filter((key) => key !== '');
}

/** List items; lines indented under an item, or following it directly, go on with it. */
function readCriteria(lines: string[], start: number, chunk: ReadChunk): number {
  const items: string[][] = [];
  let at = start;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const item = /^(?:[-*+]|\d{1,9}[.)])(?:\s+(.*))?$/.exec(line);
    const previous = lines[at - 1] ?? '';
    if (item) items.push([item[1] ?? '']);
    else if (line.trim() === '') items.at(-1)?.push('');
    else if (items.length > 0 && /^(\t| {2})/.test(line)) items.at(-1)?.push(line.replace(/^(\t| {2})/, ''));
    else if (items.length > 0 && previous.trim() !== '' && !CHUNK_STRUCTURE.test(line)) items.at(-1)?.push(line.trim());
    else break;
  }
  const criteria = items.map((item) => item.join('\n').trim()).filter((criterion) => criterion !== '');
  chunk.acceptanceCriteria = [...chunk.acceptanceCriteria, ...criteria];
  return at;
}

/** Takes free text up to a line of structure; code fences are passed over whole. */
function takeUntil(lines: string[], start: number, structure: RegExp): { taken: string; end: number } {
  const endOf = fenceFinder(lines);
  const taken: string[] = [];
  let at = start;
  while (at < lines.length && !structure.test(lines[at] ?? '')) {
    const fenceEnd = endOf(at);
    if (fenceEnd === null) taken.push(unescaped(lines[at] ?? '', structure));
    else taken.push(...lines.slice(at, fenceEnd + 1));
    at = fenceEnd === null ? at + 1 : fenceEnd + 1;
  }
  return { taken: withoutBlankEnds(taken).join('\n'), end: at };
}
