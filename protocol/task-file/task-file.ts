/**
 * What a task file says (spec-kit, SpecFlow, OpenSpec, Kiro, cc-sdd, or plain Markdown with boxes). Lines count from 1.
 * Nothing is lost in silence: a box that is no task stands in `leftOut` with the reason.
 */
export interface TaskFile {
  dialect: Dialect;
  title: string | null;
  tasks: Task[];
  /** In file order; a task that stands before the first heading belongs to none. */
  sections: TaskSection[];
  leftOut: LeftOutBox[];
  duplicates: { id: string; lines: number[]; states: TaskState[] }[];
  warnings: TaskWarning[];
}

export const DIALECTS = ['spec-kit', 'specflow', 'openspec', 'kiro', 'cc-sdd', 'plain'] as const;
export type Dialect = (typeof DIALECTS)[number];

export type TaskState = 'todo' | 'in_progress' | 'blocked' | 'done' | 'deferred';

export interface Task {
  /** The whole token: "T067-A" is not "T067". Null: the line has none, or a placeholder. */
  id: string | null;
  /** The text without mark, id and tags. */
  title: string;
  state: TaskState;
  /** Deferred and optional tasks never stand in the way of completion. */
  optional: boolean;
  /** "P", "US1", "V": what stands in brackets after the id. */
  tags: string[];
  /** Ids of other tasks. */
  dependsOn: string[];
  /** Lines that stand under the task and are no boxes, without their indent. */
  details: string[];
  line: number;
  /** Usually one. A heading that is a task has the boxes below it: its acceptance criteria. */
  boxes: TaskBox[];
  /** The `##` section and the `###` group, as indices of `sections`. */
  section: number | null;
  group: number | null;
  /** The task that this one is indented under, as an index of `tasks`. */
  parent: number | null;
}

export interface TaskBox {
  line: number;
  mark: string;
  text: string;
  /** Of the line with its mark blanked: who marks says which line was meant. */
  hash: string;
}

export interface TaskSection {
  title: string;
  level: number;
  line: number;
  /** The `##` section of a deeper group. */
  parent: number | null;
}

export type LeftOutReason = 'code fence' | 'comment' | 'front matter' | 'block quote' | 'table' | 'unknown mark';

export interface LeftOutBox {
  line: number;
  text: string;
  reason: LeftOutReason;
}

export interface TaskWarning {
  kind: 'no_sections' | 'unclosed_fence' | 'unclosed_comment' | 'duplicate_id' | 'left_out' | 'unknown_dependency';
  line: number | null;
  message: string;
}

/** Work that is left: todo, in progress or blocked, and not optional. */
export function isOpen(task: Pick<Task, 'state' | 'optional'>): boolean {
  return !task.optional && (task.state === 'todo' || task.state === 'in_progress' || task.state === 'blocked');
}

/** How a person names a task: its id, else its line. */
export function taskName(task: Pick<Task, 'id' | 'line'>): string {
  return task.id ?? `line ${task.line}`;
}
