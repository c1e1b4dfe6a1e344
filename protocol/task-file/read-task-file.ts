import { dialectOf } from './dialect.ts';
import { scopeLines } from './line-scope.ts';
import type { Dialect, Task, TaskBox, TaskFile, TaskState } from './task-file.ts';
import { type BoxLine, hashOfLine, isKnownMark, looksLikeBox, readBoxLine, stateOf } from './task-line.ts';
import { dependenciesIn, readTaskText } from './task-text.ts';
import { findDuplicates, warningsOf } from './task-warnings.ts';

/**
 * Reads a task file of any dialect; never throws, whatever the text. Line endings may be LF, CRLF or both; a byte order mark is
 * skipped. 400 tasks take about a millisecond.
 * @param path where the file lies in its repository: a hint of its dialect.
 */
export function readTaskFile(text: string, path = ''): TaskFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const { scopes, warnings } = scopeLines(lines);
  const dialect = dialectOf(lines, path);
  const reading = new Reading(dialect);
  lines.forEach((line, at) => {
    const scope = scopes[at] ?? null;
    if (scope === null) reading.take(line, at + 1);
    else if (looksLikeBox(line)) reading.leaveOut(line, at + 1, scope);
  });
  const file = reading.end();
  file.duplicates = findDuplicates(file.tasks);
  file.warnings = [...warnings, ...warningsOf(file)];
  return file;
}

/** One pass over the lines; remembers under which heading and which task it is. */
class Reading {
  private readonly file: TaskFile;
  private section: number | null = null;
  private group: number | null = null;
  /** The tasks that the next line may be indented under, outermost first. */
  private open: { index: number; indent: number }[] = [];
  /** The heading that is a task itself: boxes without ids below it are its criteria. */
  private headed: number | null = null;

  constructor(dialect: Dialect) {
    this.file = { dialect, title: null, tasks: [], sections: [], leftOut: [], duplicates: [], warnings: [] };
  }

  take(line: string, number: number): void {
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    const box = heading ? null : readBoxLine(line);
    if (heading) this.takeHeading(heading[1]?.length ?? 0, heading[2] ?? '', number);
    else if (box && isKnownMark(box.mark)) this.takeBox(box, line, number);
    else if (box) this.leaveOut(line, number, 'unknown mark');
    else this.takeDetail(line);
  }

  leaveOut(line: string, number: number, reason: TaskFile['leftOut'][number]['reason']): void {
    this.file.leftOut.push({ line: number, text: line.trim(), reason });
  }

  end(): TaskFile {
    // A heading that looks like a task and has no boxes is a section like any other.
    const all = this.file.tasks;
    this.file.tasks = all.filter((task) => task.boxes.length > 0);
    for (const task of this.file.tasks) {
      const parent = task.parent === null ? undefined : all[task.parent];
      task.parent = parent ? this.file.tasks.indexOf(parent) : null;
      if (task.boxes.length > 1 || task.boxes[0]?.line !== task.line) task.state = stateOfAll(task.boxes, this.dashIsProgress());
    }
    return this.file;
  }

  private takeHeading(level: number, title: string, line: number): void {
    this.open = [];
    this.headed = null;
    if (level === 1) this.file.title ??= title;
    const { id, optional, tags, title: rest } = readTaskText(title);
    if (level >= 3 && id !== null && /^(T|WP|TASK)/.test(id)) {
      this.headed = this.add({ id, optional, tags, title: rest, state: 'todo', line, boxes: [], parent: null });
      this.dependsFrom(this.headed, rest);
      return;
    }
    if (level < 2) return;
    this.file.sections.push({ title, level, line, parent: level === 2 ? null : this.section });
    const index = this.file.sections.length - 1;
    if (level === 2) this.section = index;
    this.group = level === 2 ? null : index;
  }

  private takeBox(box: BoxLine, line: string, number: number): void {
    const { id, optional, tags, title } = readTaskText(box.text);
    const taskBox: TaskBox = { line: number, mark: box.mark, text: box.text, hash: hashOfLine(line) };
    const headed = this.headed === null ? undefined : this.file.tasks[this.headed];
    if (headed && id === null) {
      headed.boxes.push(taskBox);
      return;
    }
    while ((this.open.at(-1)?.indent ?? -1) >= box.indent) this.open.pop();
    const state = stateOf(box.mark, this.dashIsProgress());
    const parent = this.open.at(-1)?.index ?? null;
    const index = this.add({ id, optional: optional || box.star, tags, title, state, line: number, boxes: [taskBox], parent });
    this.dependsFrom(index, box.text);
    this.open.push({ index, indent: box.indent });
  }

  private takeDetail(line: string): void {
    const text = line.trim();
    const indent = line.length - line.trimStart().length;
    if (text === '') return;
    while ((this.open.at(-1)?.indent ?? -1) >= indent) this.open.pop();
    const index = this.open.at(-1)?.index ?? this.headed;
    if (index === null) return;
    this.file.tasks[index]?.details.push(text);
    this.dependsFrom(index, text);
  }

  private dependsFrom(index: number, text: string): void {
    const task = this.file.tasks[index];
    for (const id of dependenciesIn(text)) if (task && id !== task.id && !task.dependsOn.includes(id)) task.dependsOn.push(id);
  }

  private add(task: Omit<Task, 'dependsOn' | 'details' | 'section' | 'group'>): number {
    return this.file.tasks.push({ ...task, dependsOn: [], details: [], section: this.section, group: this.group }) - 1;
  }

  private dashIsProgress(): boolean {
    return this.file.dialect === 'kiro' || this.file.dialect === 'cc-sdd';
  }
}

/** A heading is done when all its boxes are; begun when one is. */
function stateOfAll(boxes: TaskBox[], dashIsProgress: boolean): TaskState {
  const states = boxes.map((box) => stateOf(box.mark, dashIsProgress)).filter((state) => state !== 'deferred');
  if (states.length === 0) return 'deferred';
  if (states.every((state) => state === 'done')) return 'done';
  if (states.includes('blocked')) return 'blocked';
  return states.includes('done') || states.includes('in_progress') ? 'in_progress' : 'todo';
}
