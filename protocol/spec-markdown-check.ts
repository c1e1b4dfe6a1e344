import { findCycle } from './find-cycle.ts';
import type { SpecProblem } from './spec-document.ts';
import type { ReadChunk, ReadSpec } from './spec-markdown-read.ts';

const MAX_TITLE = 200;
const MAX_TEXT = 200_000;
const MAX_CHUNKS = 1000;
const MAX_CRITERIA = 50;
const MAX_CRITERION = 2000;
const MAX_DEPENDENCIES = 100;

/** What stands against the parts of a file that was read: lengths, keys, dependencies. */
export function problemsOf(spec: ReadSpec): SpecProblem[] {
  const whole = [
    tooLong('The title', spec.title, { max: MAX_TITLE, line: 1 }),
    tooLong('The text', spec.text, { max: MAX_TEXT, line: 1 }),
    spec.chunks.length > MAX_CHUNKS
      ? { line: 1, message: `A spec holds at most ${MAX_CHUNKS} chunks; this has ${spec.chunks.length}.` }
      : null,
  ];
  const known = spec.chunks.filter((chunk) => chunk.key !== '');
  return [...whole, ...known.flatMap(chunkProblems), ...keyProblems(known), ...dependencyProblems(known)].filter((one) => one !== null);
}

function chunkProblems(chunk: ReadChunk): (SpecProblem | null)[] {
  const { line, key } = chunk;
  return [
    tooLong(`The title of ${key}`, chunk.title, { max: MAX_TITLE, line }),
    tooLong(`The text of ${key}`, chunk.description, { max: MAX_TEXT, line }),
    chunk.acceptanceCriteria.length > MAX_CRITERIA ? { line, message: `${key} has more than ${MAX_CRITERIA} acceptance criteria.` } : null,
    chunk.dependsOn.length > MAX_DEPENDENCIES ? { line, message: `${key} has more than ${MAX_DEPENDENCIES} dependencies.` } : null,
    ...chunk.acceptanceCriteria.map((text) => tooLong(`A criterion of ${key}`, text, { max: MAX_CRITERION, line })),
  ];
}

function tooLong(what: string, text: string, { max, line }: { max: number; line: number }): SpecProblem | null {
  return text.length > max ? { line, message: `${what} is longer than ${max} characters.` } : null;
}

function keyProblems(chunks: ReadChunk[]): SpecProblem[] {
  const first = new Map<string, number>();
  return chunks.flatMap(({ key, line }) => {
    const before = first.get(key);
    if (before === undefined) first.set(key, line);
    return before === undefined ? [] : [{ line, message: `The key "${key}" stands at line ${before} already.` }];
  });
}

function dependencyProblems(chunks: ReadChunk[]): SpecProblem[] {
  const lines = new Map(chunks.map((chunk) => [chunk.key, chunk.dependsLine]));
  const unknown = chunks.flatMap(({ key, dependsOn, dependsLine }) =>
    dependsOn
      .filter((need) => !lines.has(need))
      .map((need) => ({ line: dependsLine, message: `"${key}" depends on "${need}", which is not in this file.` })),
  );
  const cycle = findCycle(chunks.map(({ key, dependsOn }) => ({ id: key, key, dependsOn })));
  if (!cycle) return unknown;
  const message = `The dependencies go round in a circle: ${cycle.join(' → ')}.`;
  return [...unknown, { line: lines.get(cycle[0] ?? '') ?? 1, message }];
}
