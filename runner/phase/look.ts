import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseSeen, PhaseTask } from '@specwright/protocol/phase.ts';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import { type Batch, findBatches } from '@specwright/protocol/task-file/batches.ts';
import { countTasks } from '@specwright/protocol/task-file/count-tasks.ts';
import { type Task, taskName } from '@specwright/protocol/task-file/task-file.ts';
import type { Clone } from '../git/clone.ts';
import { viewOrigin } from '../git/origin.ts';
import { findFolder } from './find-folder.ts';
import { keyOf, readTasks } from './read-tasks.ts';
import { findGate } from './user-gate.ts';

const SPECS = ['spec.md', 'requirements.md', 'bugfix.md', 'proposal.md'];
const PLANS = ['plan.md', 'design.md'];

/** A look with each lease: which phase, which branch it is merged onto. Never throws for what a repository lacks: that is in `problem`. */
export async function firstLook(
  clone: Clone,
  worktree: string,
  repository: Repository,
  phase: NonNullable<Granted['run']['phase']>,
): Promise<PhaseSeen> {
  const baseBranch = repository.defaultBranch ?? (await viewOrigin(clone.origin, [], clone.dir)).headBranch;
  return look(worktree, { folder: phase.folder ?? phase.config.folder, baseBranch, batchSize: phase.config.batchSizeFallback });
}

/** Reads the phase as the files in this folder say it. */
export function look(worktree: string, wish: { folder: string | null; baseBranch: string | null; batchSize: number }): PhaseSeen {
  const { folder, problem } = findFolder(worktree, wish.folder, wish.baseBranch);
  const at = (name: string) => folder !== null && existsSync(join(worktree, folder, name));
  const isWhole = folder === '.';
  const files = { spec: isWhole || SPECS.some(at), plan: isWhole || PLANS.some(at), tasks: at('tasks.md') };
  const common = { folder, files, gate: findGate(worktree, folder), baseBranch: wish.baseBranch };
  const taskFile = folder === null ? null : folder === '.' ? 'tasks.md' : `${folder}/tasks.md`;
  const read = taskFile === null ? { problem: problem ?? 'There is no phase yet.' } : readTasks(worktree, taskFile);
  if ('problem' in read) return { ...common, ...NOTHING, problem: read.problem.slice(0, 1000) };
  const { rule, batches } = findBatches(read.file, wish.batchSize);
  const { total, done, open } = countTasks(read.file);
  return {
    ...common,
    ...{ problem: null, taskFile, dialect: read.file.dialect, rule, counts: { total, done, open } },
    batches: listed(batches),
    warnings: [...(open > MOST_LISTED ? [LISTED] : []), ...read.file.warnings.map(({ message }) => message.slice(0, 500))].slice(0, 20),
  };
}

/** A run's state is a row in a database, and no agent carries out more than that in one go. */
const [MOST_LISTED, MOST_OF_BATCH] = [1000, 200];
const LISTED = `Only the first ${MOST_LISTED} open tasks are planned now; those behind them when these are done.`;

/** What is planned now: the first open tasks, a large section in parts. */
function listed(batches: Batch[]): PhaseSeen['batches'] {
  let room = MOST_LISTED;
  const all = batches.flatMap(({ title, tasks }) => {
    const own = tasks.slice(0, room);
    room -= own.length;
    return partsOf(title.slice(0, 280), own);
  });
  return all.slice(0, 500);
}

function partsOf(title: string, tasks: Task[]): PhaseSeen['batches'] {
  const count = Math.ceil(tasks.length / MOST_OF_BATCH);
  return Array.from({ length: count }, (_, at) => {
    const part = tasks.slice(at * MOST_OF_BATCH, (at + 1) * MOST_OF_BATCH).map(phaseTask);
    // By their names: a part is the same one after those before it are done.
    const named = `${title.slice(0, 80)}: ${part[0]?.name} to ${part.at(-1)?.name}`;
    return { title: count === 1 ? title : named, tasks: part };
  });
}

const NOTHING = { taskFile: null, dialect: null, rule: null, batches: [], counts: { total: 0, done: 0, open: 0 }, warnings: [] };

function phaseTask(task: Task): PhaseTask {
  return { key: keyOf(task), name: taskName(task).slice(0, 100), title: task.title.slice(0, 200) };
}
