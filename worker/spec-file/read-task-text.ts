import type { ParsedSpec } from '@specwright/protocol/spec-document.ts';
import { problemsOf } from '@specwright/protocol/spec-markdown-check.ts';
import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import { proseOf } from '@specwright/protocol/task-file/task-extent.ts';
import type { TaskFile } from '@specwright/protocol/task-file/task-file.ts';
import { chunksOfTasks, specOfTasks } from '@specwright/protocol/task-file/to-spec.ts';

/** A task file, where it lies and what stands beside it; pasted text has neither. */
export interface TaskText {
  text: string;
  path: string;
  beside: { name: string; text: string }[];
}

/** What and why: an agent reads how (plan.md, design.md) in the repository itself. */
const WHAT = /(^|\/)(spec|proposal|requirements|bugfix)\.md$/;
const MOST_TEXT = 200_000;

/**
 * A task file of any dialect as a spec: a chunk for each open task; its text is what the files beside it and the file's own prose say. One
 * without an open task is refused with the reason; texts without a task file are a spec without chunks.
 */
export function parseTaskText({ text, path, beside }: TaskText): ParsedSpec {
  const file = readTaskFile(text, path);
  const spec = { ...specOfTasks(file, nameOf(path, beside)), text: textOf(text, file, beside) };
  // A phase before its tasks: the text is there to be worked on.
  if (text.trim() === '' && spec.text !== '') return { ok: true, spec };
  if (spec.chunks.length === 0) return refused(...nothingOpen(file));
  const lines = [...chunksOfTasks(file).keys()].map(({ line }) => line);
  const placed = spec.chunks.map((chunk, at) => ({ ...chunk, line: lines[at] ?? 1, dependsLine: lines[at] ?? 1 }));
  const problems = problemsOf({ ...spec, chunks: placed, problems: [] });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec };
}

function nothingOpen(file: TaskFile): [number, string] {
  const [first] = file.leftOut;
  if (first) return [first.line, `No open task was found; this box was left out (${first.reason}).`];
  return [1, file.tasks.length > 0 ? 'Every task of this file is done.' : 'No task was found: a task is a line like "- [ ] T001 …".'];
}

/** Where the file itself names nothing: as the text beside it is titled, else as its folder. */
function nameOf(path: string, beside: TaskText['beside']): string {
  const heading = /^#\s+(.+?)\s*$/m.exec(beside.find(({ name }) => WHAT.test(name))?.text ?? '')?.[1] ?? '';
  const [, title = ''] = /^(?:[^:]{0,40}:\s*)?(.*)$/.exec(heading) ?? [];
  const plain = /^(?:requirements(?: document)?|bugfix(?: requirements)?(?: document)?|proposal|spec(?:ification)?|design(?: document)?)$/i;
  if (title !== '' && !plain.test(title) && !/^\[.*\]$/.test(title)) return title;
  return path.split('/').at(-2) ?? 'Tasks';
}

function textOf(text: string, file: TaskFile, beside: TaskText['beside']): string {
  const what = beside.filter(({ name }) => WHAT.test(name)).map((one) => one.text.replace(/\r\n/g, '\n').trim());
  return [...what, proseOf(text, file)]
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, MOST_TEXT);
}

function refused(line: number, message: string): ParsedSpec {
  return { ok: false, problems: [{ line, message }] };
}
