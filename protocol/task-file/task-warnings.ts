import { isOpen, type Task, type TaskFile, type TaskWarning } from './task-file.ts';
import { idsOf } from './task-text.ts';

/** Ids that stand more than once: none of them hides another. */
export function findDuplicates(tasks: Task[]): TaskFile['duplicates'] {
  const byId = new Map<string, Task[]>();
  for (const task of tasks) {
    if (task.id === null) continue;
    byId.set(task.id, [...(byId.get(task.id) ?? []), task]);
  }
  return Array.from(byId, ([id, same]) => ({ id, lines: same.map(({ line }) => line), states: same.map(({ state }) => state) })).filter(
    ({ lines }) => lines.length > 1,
  );
}

/** What a person should know before the file is taken as a plan. */
export function warningsOf(file: TaskFile): TaskWarning[] {
  return [...noSections(file), ...duplicateIds(file), ...leftOut(file), ...unknownDependencies(file)];
}

function noSections({ tasks, sections }: TaskFile): TaskWarning[] {
  if (!tasks.some(isOpen) || sections.some(({ level }) => level === 2)) return [];
  return [{ kind: 'no_sections', line: null, message: 'There are no "##" sections: the tasks were put into batches another way.' }];
}

function duplicateIds({ duplicates }: TaskFile): TaskWarning[] {
  return duplicates.map(({ id, lines }) => ({
    kind: 'duplicate_id' as const,
    line: lines[1] ?? null,
    message: `${id} stands ${lines.length} times (lines ${lines.join(', ')}); each is a task of its own.`,
  }));
}

function leftOut({ leftOut }: TaskFile): TaskWarning[] {
  const counts = new Map<string, number[]>();
  for (const { reason, line } of leftOut) counts.set(reason, [...(counts.get(reason) ?? []), line]);
  return Array.from(counts, ([reason, lines]) => ({
    kind: 'left_out' as const,
    line: lines[0] ?? null,
    message: `${lines.length === 1 ? '1 box was' : `${lines.length} boxes were`} left out (${reason}; line ${lines.slice(0, 5).join(', ')}${lines.length > 5 ? ', …' : ''}).`,
  }));
}

function unknownDependencies({ tasks }: TaskFile): TaskWarning[] {
  const known = new Set(tasks.flatMap(({ id }) => (id === null ? [] : [id, ...idsOf(id)])));
  return tasks.flatMap((task) =>
    task.dependsOn
      .filter((id) => !known.has(id))
      .map((id) => ({
        kind: 'unknown_dependency' as const,
        line: task.line,
        message: `${task.id ?? `The task of line ${task.line}`} waits for ${id}, which is not in the file.`,
      })),
  );
}
