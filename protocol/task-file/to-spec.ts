import { findCycle } from '../find-cycle.ts';
import type { SpecChunk, SpecDocument } from '../spec-document.ts';
import { isOpen, type Task, type TaskFile } from './task-file.ts';
import { idsOf } from './task-text.ts';

/** A title that only says what kind of file this is. */
const PLAIN_TITLE = /^(?:implementation plan|implementation tasks|tasks?|task list|todos?)$/i;

/**
 * The open tasks of a file as a spec: a chunk a task, with its dependencies on other open tasks; what is done already needs no waiting.
 * A parent whose children are all open work of their own is said by them. Dependencies that go round in a circle are left out.
 */
export function specOfTasks(file: TaskFile, name: string): SpecDocument {
  const title = file.title?.replace(/^Tasks?:\s*/i, '').trim() ?? '';
  const chunks = [...chunksOfTasks(file).values()];
  return { title: (title === '' || PLAIN_TITLE.test(title) ? name : title).slice(0, 200), text: '', chunks };
}

/** The chunk that each open task becomes, in file order. */
export function chunksOfTasks(file: TaskFile): Map<Task, SpecChunk> {
  const tasks = file.tasks.filter((task) => isOpen(task) && !hasOpenChildren(file, task));
  const keys = keysOf(tasks);
  const chunks = new Map(tasks.map((task) => [task, chunkOf(file, task, keys)]));
  const graph = Array.from(chunks.values(), ({ key, dependsOn }) => ({ id: key, key, dependsOn }));
  if (findCycle(graph)) for (const chunk of chunks.values()) chunk.dependsOn = [];
  return chunks;
}

/** What stands above a task's details in its chunk: the file says it in other places than the task's own lines. */
export function headOfDescription(file: TaskFile, task: Task): string[] {
  const section = task.group ?? task.section;
  const heading = section === null ? [] : [`Section: ${file.sections[section]?.title ?? ''}`];
  const parent = task.parent === null ? undefined : file.tasks[task.parent];
  const under = parent === undefined ? [] : [`Part of: ${[parent.id, parent.title].filter((text) => text).join(' ')}`];
  const tags = task.tags.length === 0 ? [] : [`Tags: ${task.tags.join(', ')}`];
  const title = titleOf(task);
  return [...heading, ...under, ...tags, ...(title.length > 200 ? [title] : [])];
}

function hasOpenChildren(file: TaskFile, task: Task): boolean {
  const index = file.tasks.indexOf(task);
  return file.tasks.some((other) => other.parent === index && isOpen(other));
}

function keysOf(tasks: Task[]): Map<Task, string> {
  const taken = new Set<string>();
  return new Map(
    tasks.map((task) => {
      const wanted = task.id?.replace(/[^A-Za-z0-9._-]/g, '-') ?? `line-${task.line}`;
      const key = taken.has(wanted) ? `${wanted}-line-${task.line}` : wanted;
      taken.add(key);
      return [task, key];
    }),
  );
}

function chunkOf(file: TaskFile, task: Task, keys: Map<Task, string>): SpecChunk {
  const criteria = task.boxes.length > 1 || task.boxes[0]?.line !== task.line ? task.boxes.map((box) => box.text) : [];
  return {
    key: keys.get(task) ?? '',
    title: titleOf(task).slice(0, 200),
    description: [...headOfDescription(file, task), ...task.details].join('\n'),
    acceptanceCriteria: criteria.filter((text) => text !== ''),
    dependsOn: dependenciesOf(file, task, keys),
  };
}

function titleOf(task: Task): string {
  return task.title || task.id || `Task of line ${task.line}`;
}

function dependenciesOf(file: TaskFile, task: Task, keys: Map<Task, string>): string[] {
  const named = file.tasks.filter(
    (other) => other !== task && other.id !== null && idsOf(other.id).some((id) => task.dependsOn.includes(id)),
  );
  return [...new Set(named.flatMap((other) => keys.get(other) ?? []))];
}
