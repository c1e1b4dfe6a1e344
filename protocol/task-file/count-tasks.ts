import { isOpen, type TaskFile } from './task-file.ts';

/** Tasks by what became of them; `other` by mark: what is neither open nor done nor optional. */
export interface TaskCounts {
  total: number;
  done: number;
  open: number;
  optional: number;
  other: Record<string, number>;
}

export function countTasks({ tasks }: Pick<TaskFile, 'tasks'>): TaskCounts {
  const counts: TaskCounts = { total: tasks.length, done: 0, open: 0, optional: 0, other: {} };
  for (const task of tasks) {
    if (task.state === 'done') counts.done++;
    else if (task.optional) counts.optional++;
    else if (isOpen(task)) counts.open++;
    else for (const mark of new Set(task.boxes.map((box) => box.mark))) counts.other[mark] = (counts.other[mark] ?? 0) + 1;
  }
  return counts;
}
