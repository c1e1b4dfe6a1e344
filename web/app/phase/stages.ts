import { type Item, isAtRest, type RunState } from '@specwright/protocol/run-state.ts';
import { batchesOf, openTasks } from './phase-outlook.ts';

/** Said again here because the protocol's list stands beside its validator, which no page needs. */
const STAGES = ['design', 'analyze', 'implement', 'verify', 'merge'] as const;

export interface StageStep {
  name: string;
  /** `left_out`: not needed or not wanted. */
  state: 'todo' | 'now' | 'done' | 'failed' | 'left_out';
  /** "2/4" of implement; else empty. */
  count: string;
}

/** The stages of a phase as steps; before anything was looked at, none is done. */
export function stagesOf(run: RunState): StageStep[] {
  const command = run.phase?.config.command ?? null;
  if (command !== null) return [stepOf(run, command, run.items)];
  return STAGES.map((stage) => {
    if (stage === 'implement') return implementStep(run);
    const items = run.items.filter((item) => item.phase?.stage === stage);
    return stepOf(run, stage, items);
  });
}

export interface TaskPart {
  key: string;
  title: string;
  status: string;
  tasks: number;
}

/** How the tasks stand, for a bar: done before, then each batch by its number of tasks, then what is in no batch. */
export function taskParts(run: RunState): TaskPart[] {
  const { done = 0, total = 0 } = run.phase?.seen?.counts ?? {};
  const batches = batchesOf(run);
  const inBatches = batches.reduce((sum, { phase }) => sum + (phase?.tasks.length ?? 0), 0);
  const doneInBatches = batches.reduce((sum, item) => sum + (item.phase?.tasks.length ?? 0) - openTasks(run, item).size, 0);
  const before = Math.max(0, done - doneInBatches);
  const parts = [
    { key: 'before', title: 'Done before this run', status: 'completed', tasks: before },
    ...batches.map(({ id, title, status, phase }) => ({ key: id, title, status, tasks: phase?.tasks.length ?? 0 })),
    { key: 'rest', title: 'In no batch', status: 'pending', tasks: Math.max(0, total - before - inBatches) },
  ];
  return parts.filter(({ tasks }) => tasks > 0);
}

function implementStep(run: RunState): StageStep {
  const batches = batchesOf(run);
  const done = batches.filter(isDone).length;
  const step = stepOf(run, 'implement', batches);
  const isEmpty = batches.length === 0 && run.items.some(({ phase, status }) => phase?.stage === 'verify' && status !== 'pending');
  return {
    ...step,
    state: isEmpty ? 'left_out' : batches.length === 0 ? 'todo' : step.state,
    count: batches.length > 0 ? `${done}/${batches.length}` : '',
  };
}

function stepOf(run: RunState, name: string, items: Item[]): StageStep {
  return { name, state: stateOf(run, items), count: '' };
}

function stateOf(run: RunState, items: Item[]): StageStep['state'] {
  const planned = run.items.length > 0;
  if (items.length === 0) return planned ? 'left_out' : 'todo';
  if (items.some(({ status }) => status === 'failed')) return 'failed';
  if (items.every(({ status }) => status === 'skipped')) return 'left_out';
  if (items.every(isDone)) return 'done';
  const first = run.items.find((item) => !isDone(item));
  return !isAtRest(run) && first !== undefined && items.includes(first) ? 'now' : 'todo';
}

function isDone({ status }: Item): boolean {
  return status === 'completed' || status === 'skipped';
}
