import { readFileSync } from 'node:fs';
import { type Batches, findBatches } from '@specwright/protocol/task-file/batches.ts';
import { countTasks, type TaskCounts } from '@specwright/protocol/task-file/count-tasks.ts';
import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import { isOpen, type TaskFile, taskName } from '@specwright/protocol/task-file/task-file.ts';
import { CommandError, EXIT } from '../command-error.ts';

interface Report {
  file: TaskFile;
  counts: TaskCounts;
  found: Batches;
}

/** Prints what a task file says: for a person, or with `json` everything that was read. */
export function tasks(path: string, options: { json?: boolean; batchSize?: string }): void {
  const file = readTaskFile(readText(path), path);
  const report = { file, counts: countTasks(file), found: findBatches(file, sizeOf(options.batchSize)) };
  process.stdout.write(options.json ? `${JSON.stringify(jsonOf(report))}\n` : `${linesOf(report).join('\n')}\n`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new CommandError(missing ? `There is no file ${path}.` : `${path} cannot be read: ${(error as Error).message}`, EXIT.usage);
  }
}

function sizeOf(wanted: string | undefined): number {
  const size = Number(wanted ?? 15);
  if (!Number.isInteger(size) || size < 1 || size > 50)
    throw new CommandError('--batch-size takes a whole number from 1 to 50.', EXIT.usage);
  return size;
}

function jsonOf({ file, counts, found }: Report) {
  const { dialect, title, sections, leftOut, duplicates, warnings } = file;
  const batches = found.batches.map((batch) => ({
    title: batch.title,
    tasks: batch.tasks.map((task) => ({ name: taskName(task), line: task.line })),
  }));
  return { dialect, title, ...counts, sections, batchesBy: found.rule, batches, tasks: file.tasks, leftOut, duplicates, warnings };
}

function linesOf({ file, counts, found }: Report): string[] {
  const other = Object.entries(counts.other).map(([mark, count]) => `${count} [${mark}]`);
  const rest = [counts.optional > 0 ? `${counts.optional} optional` : '', ...other].filter((part) => part !== '');
  return [
    `${file.title ?? 'Tasks'} (${file.dialect}): ${counts.done} done, ${counts.open} open${rest.length > 0 ? `, ${rest.join(', ')}` : ''}`,
    found.batches.length === 0
      ? 'No batches: nothing is open.'
      : `Detected ${found.batches.length} ${plural(found.batches.length)} by ${found.rule}:`,
    ...found.batches.map((batch, at) => `  ${at + 1}. ${batch.title}: ${batch.tasks.filter(isOpen).map(taskName).join(', ')}`),
    ...file.warnings.map((warning) => `warning: ${warning.message}`),
  ];
}

function plural(count: number): string {
  return count === 1 ? 'batch' : 'batches';
}
