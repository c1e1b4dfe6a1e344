import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import { isOpen, taskName } from '@specwright/protocol/task-file/task-file.ts';
import { keyOf, readTasks } from './read-tasks.ts';

/** Names of tasks that were open in `before` and are done in the worktree's file, those of `own` left out. */
export function namesTicked(before: string, worktree: string, taskFile: string, own: Set<string>): string[] {
  const now = readTasks(worktree, taskFile);
  if (!('file' in now)) return [];
  const wasOpen = new Set(readTaskFile(before, taskFile).tasks.filter(isOpen).map(keyOf));
  const ticked = now.file.tasks.filter((task) => task.state === 'done' && wasOpen.has(keyOf(task)) && !own.has(keyOf(task)));
  return ticked.map(taskName);
}
