import type { ParsedSpec, SpecChunk, SpecDocument, SpecProblem } from './spec-document.ts';
import { problemsOf } from './spec-markdown-check.ts';
import { CHUNK_STRUCTURE, escaped, TEXT_STRUCTURE } from './spec-markdown-escape.ts';
import { readSpec } from './spec-markdown-read.ts';

export type { ParsedSpec, SpecChunk, SpecDocument, SpecProblem };

/**
 * The SPEC.md format (docs/spec-format.md):
 *
 *   # Title
 *   free Markdown
 *   ## Chunks
 *   ### key: title
 *   free Markdown
 *   Acceptance criteria:
 *   - one
 *   Depends on: key, key
 *
 * A file that `writeSpecMarkdown` wrote reads and writes to the same bytes. A line of free text that would read as
 * structure is written with a backslash before it.
 */

/** Reads a SPEC.md file. A byte order mark and any line endings are taken; every problem is named with its line. */
export function parseSpecMarkdown(text: string): ParsedSpec {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const draft = readSpec(lines);
  const problems = [...draft.problems, ...problemsOf(draft)].sort((a, b) => a.line - b.line);
  if (problems.length > 0) return { ok: false, problems };
  const chunks = draft.chunks.map(({ key, title, description, acceptanceCriteria, dependsOn }) => {
    return { key, title, description, acceptanceCriteria, dependsOn };
  });
  return { ok: true, spec: { title: draft.title, text: draft.text, chunks } };
}

/** Writes a spec in the canonical form. */
export function writeSpecMarkdown(spec: SpecDocument): string {
  const parts = [`# ${oneLine(spec.title)}`, escaped(spec.text, TEXT_STRUCTURE)];
  if (spec.chunks.length > 0) parts.push('## Chunks', ...spec.chunks.flatMap(chunkParts));
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function chunkParts(chunk: SpecChunk): string[] {
  const criteria = chunk.acceptanceCriteria.map((criterion) => `- ${criterion.trim().replace(/\n(?=[^\n])/g, '\n  ')}`);
  return [
    `### ${chunk.key}: ${oneLine(chunk.title)}`,
    escaped(chunk.description, CHUNK_STRUCTURE),
    criteria.length > 0 ? ['Acceptance criteria:', ...criteria].join('\n') : '',
    chunk.dependsOn.length > 0 ? `Depends on: ${chunk.dependsOn.join(', ')}` : '',
  ];
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
