import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseTask } from '@specwright/protocol/phase.ts';
import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import { isOpen, type Task, type TaskFile } from '@specwright/protocol/task-file/task-file.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** The task file of a worktree, or why there is none to work on. */
export function readTasks(worktree: string, taskFile: string): { file: TaskFile } | { problem: string } {
  const path = join(worktree, taskFile);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return { problem: `There is no task file ${taskFile}.` };
  if (stat.size > MAX_BYTES) return { problem: `${taskFile} is larger than 4 MiB.` };
  const bytes = readFileSync(path);
  if (bytes.includes(0)) return { problem: `${taskFile} is no text file.` };
  const file = readTaskFile(bytes.toString('utf8'), taskFile);
  return file.tasks.length === 0 ? { problem: `${taskFile} has no tasks: a task is a list item with a box, "- [ ] T001 …".` } : { file };
}

/** By its id; a task without one by its line's hash, which its mark does not change. */
export function keyOf(task: Pick<Task, 'id' | 'boxes'>): string {
  return (task.id ?? `#${task.boxes[0]?.hash ?? ''}`).slice(0, 100);
}

/** Which of these tasks are still open; one that the file no longer has counts as open. */
export function remaining(file: TaskFile, tasks: PhaseTask[]): PhaseTask[] {
  const known = new Set(file.tasks.map(keyOf));
  const open = new Set(file.tasks.filter(isOpen).map(keyOf));
  return tasks.filter(({ key }) => open.has(key) || !known.has(key));
}
