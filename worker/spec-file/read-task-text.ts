import type { ParsedSpec } from '@specwright/protocol/spec-markdown.ts';
import { readTaskFile } from '@specwright/protocol/task-file/read-task-file.ts';
import { specOfTasks } from '@specwright/protocol/task-file/to-spec.ts';

/** A task file of any dialect as a spec: a chunk for each open task. One without any is refused with the reason. */
export function parseTaskText(text: string): ParsedSpec {
  const file = readTaskFile(text);
  const spec = specOfTasks(file, 'Tasks');
  if (spec.chunks.length > 0) return { ok: true, spec };
  const [first] = file.leftOut;
  if (first) return refused(first.line, `No open task was found; this box was left out (${first.reason}).`);
  return refused(
    1,
    file.tasks.length > 0 ? 'Every task of this file is done.' : 'No task was found: a task is a line like "- [ ] T001 …".',
  );
}

function refused(line: number, message: string): ParsedSpec {
  return { ok: false, problems: [{ line, message }] };
}
