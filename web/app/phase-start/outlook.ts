import type { Detected } from '@specwright/protocol/workflow-api.ts';

export interface Outlook {
  headline: string;
  /** Why it would not go well, or what else to know; null: nothing. */
  note: string | null;
  tone: 'accent' | 'info' | 'bad';
  /** What would be done, in order. */
  stages: string[];
}

interface Wishes {
  skipDesign: boolean;
  skipAnalyze: boolean;
  autoMerge: boolean;
}

/** What a start with these options would do with what was found. Follows the run's own rule, which looks again. */
export function outlookOf({ seen }: Pick<Detected, 'seen'>, wishes: Wishes): Outlook {
  const lacks = !seen.files.spec || !seen.files.tasks;
  const designs = lacks && !wishes.skipDesign;
  if (!designs && seen.problem !== null) return { ...hopeless(seen.problem, lacks), stages: [] };
  return { ...headed(seen, designs), stages: stagesOf(seen, designs, wishes) };
}

function hopeless(problem: string, lacks: boolean): Omit<Outlook, 'stages'> {
  const way = lacks ? 'Leave "Skip design" off, and design writes it.' : 'Put it right, or name another folder.';
  return { headline: 'There is nothing to work on', note: `${problem} ${way}`, tone: 'bad' };
}

function headed(seen: Detected['seen'], designs: boolean): Omit<Outlook, 'stages'> {
  const { batches, counts, taskFile, files } = seen;
  if (designs && (taskFile === null || !files.tasks || seen.problem !== null))
    return { headline: 'No task file yet', note: 'Design comes first; batches are found after it.', tone: 'info' };
  const note = designs ? 'spec.md is missing: design comes first, and batches are found again after it.' : null;
  if (counts.open === 0 && counts.total > 0)
    return { headline: 'All tasks are done', note: note ?? 'The run goes on to verify.', tone: 'accent' };
  return {
    headline: `Detected ${batchCount(batches.length)} from ${nameOf(taskFile)}`,
    note,
    tone: 'accent',
  };
}

function stagesOf({ batches, gate }: Detected['seen'], designs: boolean, { skipAnalyze, autoMerge }: Wishes): string[] {
  const implement = batches.length === 0 ? (designs ? ['batches'] : []) : [batchCount(batches.length)];
  const merge = autoMerge && gate === null ? 'merge' : 'merge, when you say so';
  return [...(designs ? ['design'] : []), ...(skipAnalyze ? [] : ['analyze']), ...implement, 'verify', merge];
}

function batchCount(count: number): string {
  return count === 1 ? '1 batch' : `${count} batches`;
}

function nameOf(path: string | null): string {
  return path?.split('/').at(-1) ?? 'the task file';
}

const RULES: Record<NonNullable<Detected['seen']['rule']>, string> = {
  sections: 'one batch for each "##" section with open tasks',
  groups: 'one batch for each "###" group',
  parents: 'one batch for each numbered task with its parts',
  'fixed size': 'no sections: batches of a fixed size',
};

/** How the batches were made, in words. */
export function ruleWords(rule: Detected['seen']['rule']): string | null {
  return rule === null ? null : RULES[rule];
}
