import { isOpen, type Task, type TaskFile } from './task-file.ts';

/** How the batches were found; the page says so. */
export type BatchRule = 'sections' | 'groups' | 'parents' | 'fixed size';

export interface Batch {
  title: string;
  /** Open tasks, in file order. */
  tasks: Task[];
}

export interface Batches {
  rule: BatchRule;
  batches: Batch[];
}

const BEFORE_FIRST = 'Before the first heading';

/**
 * A batch is a `##` section with open tasks. When one section holds every task, its `###` groups; without sections, numbered parents
 * with their children; else `size` tasks at a time (1 to 50). No open task: no batch.
 */
export function findBatches(file: TaskFile, size = 15): Batches {
  const bySection = grouped(file, (task) => task.section);
  const byGroup = grouped(file, (task) => task.group);
  if (sectionsWithTasks(file) > 1) return { rule: 'sections', batches: bySection };
  if (sectionsWithTasks(file) === 1 && groupsWithTasks(file) > 1) return { rule: 'groups', batches: byGroup };
  if (sectionsWithTasks(file) === 1) return { rule: 'sections', batches: bySection };
  const parents = byParent(file);
  return parents ? { rule: 'parents', batches: parents } : { rule: 'fixed size', batches: bySize(file, size) };
}

function sectionsWithTasks({ tasks }: TaskFile): number {
  return new Set(tasks.flatMap(({ section }) => (section === null ? [] : [section]))).size;
}

function groupsWithTasks({ tasks }: TaskFile): number {
  return new Set(tasks.flatMap(({ group }) => (group === null ? [] : [group]))).size;
}

function grouped(file: TaskFile, headingOf: (task: Task) => number | null): Batch[] {
  const byHeading = new Map<number | null, Task[]>();
  for (const task of file.tasks) {
    if (!isOpen(task)) continue;
    const heading = headingOf(task);
    const tasks = byHeading.get(heading);
    if (tasks === undefined) byHeading.set(heading, [task]);
    else tasks.push(task);
  }
  return Array.from(byHeading, ([heading, tasks]) => ({
    title: (heading === null ? null : file.sections[heading]?.title) ?? BEFORE_FIRST,
    tasks,
  }));
}

/** Kiro's shape: "1. Parent" with "1.1 child" under it or behind it. Null when the tasks are not numbered so. */
function byParent(file: TaskFile): Batch[] | null {
  const roots = new Map<string, Task[]>();
  for (const task of file.tasks) {
    const root = /^\d+/.exec(task.id ?? '')?.[0] ?? rootOf(file, task);
    if (root === null) return null;
    roots.set(root, [...(roots.get(root) ?? []), task]);
  }
  if (roots.size < 2) return null;
  return Array.from(roots, ([root, tasks]) => ({ title: titleOf(root, tasks), tasks: tasks.filter(isOpen) })).filter(
    ({ tasks }) => tasks.length > 0,
  );
}

function rootOf(file: TaskFile, task: Task): string | null {
  for (let at: Task | undefined = task; at; at = at.parent === null ? undefined : file.tasks[at.parent]) {
    const number = /^\d+/.exec(at.id ?? '')?.[0];
    if (number) return number;
  }
  return null;
}

function titleOf(root: string, tasks: Task[]): string {
  const parent = tasks.find(({ id }) => id === root);
  return parent ? `${root}. ${parent.title}` : `${root}.`;
}

function bySize(file: TaskFile, size: number): Batch[] {
  const open = file.tasks.filter(isOpen);
  const step = Math.min(50, Math.max(1, Math.floor(size)));
  return Array.from({ length: Math.ceil(open.length / step) }, (_, i) => {
    const tasks = open.slice(i * step, (i + 1) * step);
    return { title: `Tasks ${i * step + 1} to ${i * step + tasks.length}`, tasks };
  });
}
