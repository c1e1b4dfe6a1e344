import { findCycle } from '../find-cycle.ts';
import type { SpecChunk, SpecDocument } from '../spec-document.ts';
import { isOpen, type Task, type TaskFile } from './task-file.ts';
import { idsOf } from './task-text.ts';

/**
 * The open tasks of a file as a spec: a chunk a task, with its dependencies on other open tasks; what is done already needs no waiting.
 * A parent whose children are all open work of their own is said by them. Dependencies that go round in a circle are left out.
 */
export function specOfTasks(file: TaskFile, name: string): SpecDocument {
  const tasks = file.tasks.filter((task) => isOpen(task) && !hasOpenChildren(file, task));
  const keys = keysOf(tasks);
  const chunks = tasks.map((task) => chunkOf(file, task, keys));
  if (findCycle(chunks.map((chunk) => ({ id: chunk.key, key: chunk.key, dependsOn: chunk.dependsOn }))))
    for (const chunk of chunks) chunk.dependsOn = [];
  return { title: (file.title?.replace(/^Tasks?:\s*/i, '') || name).slice(0, 200), text: '', chunks };
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
  const section = task.group ?? task.section;
  const heading = section === null ? [] : [`Section: ${file.sections[section]?.title ?? ''}`];
  const criteria = task.boxes.length > 1 || task.boxes[0]?.line !== task.line ? task.boxes.map((box) => box.text) : [];
  const title = task.title || task.id || `Task of line ${task.line}`;
  const whole = title.length > 200 ? [title] : [];
  return {
    key: keys.get(task) ?? '',
    title: title.slice(0, 200),
    description: [...heading, ...whole, ...task.details].join('\n'),
    acceptanceCriteria: criteria.filter((text) => text !== ''),
    dependsOn: dependenciesOf(file, task, keys),
  };
}

function dependenciesOf(file: TaskFile, task: Task, keys: Map<Task, string>): string[] {
  const named = file.tasks.filter(
    (other) => other !== task && other.id !== null && idsOf(other.id).some((id) => task.dependsOn.includes(id)),
  );
  return [...new Set(named.flatMap((other) => keys.get(other) ?? []))];
}
