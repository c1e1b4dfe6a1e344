import type { SpecChunk } from '../spec-document.ts';
import { readTaskText } from './task-text.ts';

/** A chunk as a task file is to say it. */
export interface ChunkOfFile extends SpecChunk {
  /** Completed: its box is ticked. */
  done: boolean;
}

/** Ids by key: a key that reads as an id stays one; others are numbered on. */
export function idsFor(chunks: Pick<SpecChunk, 'key'>[], known: Map<string, string>, taken: Set<string>): Map<string, string> {
  const ids = new Map(known);
  let number = 0;
  for (const { key } of chunks) {
    if (ids.has(key)) continue;
    let id = isTaskId(key) && !taken.has(key) ? key : '';
    while (id === '') {
      const next = `T${String(++number).padStart(3, '0')}`;
      if (!taken.has(next) && !chunks.some((other) => other.key === next)) id = next;
    }
    taken.add(id);
    ids.set(key, id);
  }
  return ids;
}

/** Reads as an id also where it heads its own boxes. */
function isTaskId(key: string): boolean {
  return /^(T|WP|TASK)/.test(key) && readTaskText(`${key} x`).id === key;
}

/** Its lines: a box with its details below; with acceptance criteria a heading with a box for each. */
export function linesOfChunk(chunk: ChunkOfFile, ids: Map<string, string>, headed: string): string[] {
  const { key, title, acceptanceCriteria, done } = chunk;
  const mark = done ? 'x' : ' ';
  const id = ids.get(key) ?? key;
  const details = detailsOf(chunk, headed);
  const needs = chunk.dependsOn
    .flatMap((other) => ids.get(other) ?? [])
    .filter((other) => !saysDependency(`${title}\n${chunk.description}`, other));
  const waits = needs.length === 0 ? '' : ` (depends on ${needs.join(', ')})`;
  if (acceptanceCriteria.length === 0) return [`- [${mark}] ${id} ${title}${waits}`, ...details.map((line) => `  ${line}`)];
  const boxes = acceptanceCriteria.map((text) => `- [${mark}] ${text.replace(/\s*\n\s*/g, ' ')}`);
  return [`### ${id}: ${title}${waits}`, '', ...details.flatMap((line) => [line]), ...(details.length === 0 ? [] : ['']), ...boxes, ''];
}

/** The description without what the file says by its headings; nothing in it may read as a task or a heading. */
export function detailsOf({ description }: Pick<SpecChunk, 'description'>, headed: string): string[] {
  const lines = description.split(/\r?\n/).filter((line) => line.trim() !== '');
  const own = lines[0] === `Section: ${headed}` ? lines.slice(1) : lines;
  return own.map((line) =>
    line
      .replace(/^(\s*(?:[-*+]|\d+[.)])\s+)\[(.)\]/u, '$1\\[$2]')
      .replace(/^(\s*)#/, '$1\\#')
      .replace(/^(\s*)(```|~~~)/, '$1\\$2'),
  );
}

function saysDependency(text: string, id: string): boolean {
  const escaped = id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:depends|dep|deps|after)(?: on)?:?[^\\n)\\]]*(?<![\\w.-])${escaped}(?![\\w])`, 'i').test(text);
}

/** The heading that a chunk's description names; null: none. */
export function sectionOf({ description }: Pick<SpecChunk, 'description'>): string | null {
  return /^Section: (.+)$/m.exec(description.split('\n')[0] ?? '')?.[1] ?? null;
}
