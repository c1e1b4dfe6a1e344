import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseSeen, PhaseTask } from '@specwright/protocol/phase.ts';
import type { Repository } from '@specwright/protocol/run-plan.ts';
import type { Granted } from '@specwright/protocol/runner-down.ts';
import { findBatches } from '@specwright/protocol/task-file/batches.ts';
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
    batches: batches.slice(0, 500).map(({ title, tasks }) => ({ title: title.slice(0, 300), tasks: tasks.map(phaseTask) })),
    warnings: read.file.warnings.slice(0, 20).map(({ message }) => message.slice(0, 500)),
  };
}

const NOTHING = { taskFile: null, dialect: null, rule: null, batches: [], counts: { total: 0, done: 0, open: 0 }, warnings: [] };

function phaseTask(task: Task): PhaseTask {
  return { key: keyOf(task), name: taskName(task).slice(0, 100), title: task.title.slice(0, 200) };
}
