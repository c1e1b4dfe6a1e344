import type { PhaseTask } from '@specwright/protocol/phase.ts';
import type { Item, RunState } from '@specwright/protocol/run-state.ts';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { StatusSign } from '../ui/status-badge.tsx';
import { openTasks } from './phase-outlook.ts';

const SHOWN = 12;

/** The tasks of a batch, open or done as the repository was last read. */
export function TaskList({ item, run }: { item: Item; run: RunState }) {
  const [all, setAll] = useState(false);
  const tasks = item.phase?.tasks ?? [];
  if (tasks.length === 0) return null;
  const open = openTasks(run, item);
  const isDone = ({ key }: PhaseTask) => item.status === 'completed' || !open.has(key);
  const shown = all ? tasks : tasks.slice(0, SHOWN);
  return (
    <div className="min-w-0">
      <h4 className="text-[12px] text-muted">
        {plural(tasks.length, 'task')}, {tasks.filter(isDone).length} done
      </h4>
      <ul aria-label={`Tasks of ${item.title}`} className="mt-1 grid grid-cols-1 gap-0.5">
        {shown.map((task) => (
          <li key={task.key} className="flex min-w-0 items-start gap-2">
            <StatusSign status={isDone(task) ? 'completed' : 'pending'} />
            <span className="shrink-0 text-[12px] leading-[1.7] text-faint">{task.name}</span>
            <span className="min-w-0 break-words">{task.title}</span>
          </li>
        ))}
      </ul>
      {tasks.length > shown.length ? (
        <Button small kind="ghost" onClick={() => setAll(true)}>
          Show all {tasks.length} tasks
        </Button>
      ) : null}
    </div>
  );
}
