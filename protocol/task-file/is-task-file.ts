import { readTaskFile } from './read-task-file.ts';

/**
 * Whether a text is a task file rather than a SPEC.md: it has tasks and no "## Chunks", and is either of a dialect that tells, or boxes more than
 * anything else. Prose with a few boxes at its end is prose.
 */
export function isTaskFile(text: string): boolean {
  if (/^##\s+Chunks\s*$/m.test(text)) return false;
  const { tasks, dialect } = readTaskFile(text);
  if (tasks.length === 0) return false;
  const lines = text.split(/\r?\n/).filter((line) => /^\S/.test(line) && !line.startsWith('#'));
  const boxes = tasks.reduce((sum, task) => sum + task.boxes.length, 0);
  return dialect !== 'plain' || boxes * 2 >= lines.length;
}
