import { type OrchestrationConfig, orchestrationConfigSchema, type PhaseSeen } from '@specwright/protocol/phase.ts';
import type { RunSettings } from '@specwright/protocol/run-plan.ts';
import type { Random } from '../random.ts';

/** What of a phase stands in a commit: its files, the lines of its task file, and the code that was written for them. */
export interface Tree {
  spec: boolean;
  /** Nobody can read the task file. */
  broken: boolean;
  gate: boolean;
  tasks: { key: string; section: string; done: boolean }[];
  code: string[];
}

/** The repository of a phase: the files of each commit, and the base branch, which belongs to others as well. */
export class PhaseRepository {
  readonly config: OrchestrationConfig;
  /** The commits of the base branch in order; `others` move it too. */
  main: string[] = ['base'];
  /** Others have changed what the phase changes: a merge conflicts until a person has seen to it. */
  conflicts = false;
  private readonly trees = new Map<string, Tree>();
  private readonly merged = new Set<string>();
  private made = 0;

  constructor(random: Random) {
    this.config = drawConfig(random);
    this.trees.set('base', drawTree(random));
  }

  /** A copy: whoever works on it changes no commit. */
  tree(commit: string): Tree {
    const tree = this.trees.get(commit);
    if (tree === undefined) throw new Error(`nobody made ${commit}`);
    return copyOf(tree);
  }

  knows(commit: string): boolean {
    return this.trees.has(commit);
  }

  keep(commit: string, tree: Tree): void {
    this.trees.set(commit, copyOf(tree));
  }

  snapshot(tree: Tree): string {
    this.made += 1;
    this.keep(`s${this.made}`, tree);
    return `s${this.made}`;
  }

  holds(head: string): boolean {
    return head === 'base' || this.merged.has(head);
  }

  /** The base branch as it was seen, and a merge above it; answers the commit that it stands at. */
  land(head: string, seen: string[]): string {
    this.made += 1;
    const commit = `m${this.made}`;
    this.main = [...seen, commit];
    this.merged.add(head);
    this.keep(commit, this.tree(head));
    return commit;
  }

  /** Where the base branch stands: it has the work already. */
  stand(): string {
    const commit = this.main.at(-1) ?? 'base';
    if (!this.knows(commit)) this.keep(commit, this.tree('base'));
    return commit;
  }

  /** Somebody else commits on the base branch. */
  moveOn(clashes: boolean): void {
    this.made += 1;
    this.main = [...this.main, `other${this.made}`];
    if (clashes) this.conflicts = true;
  }

  /** A person merges by hand what the product could not. */
  mend(head: string): void {
    this.land(head, this.main);
    this.conflicts = false;
  }
}

/** What the runner's reader sees of a tree. */
export function lookAt(tree: Tree): PhaseSeen {
  const open = tree.tasks.filter(({ done }) => !done);
  const sections = [...new Set(open.map(({ section }) => section))];
  const problem = tree.broken ? 'No text file.' : tree.tasks.length === 0 ? 'It has no tasks.' : null;
  const batches = sections.map((title) => ({
    title,
    tasks: open.filter(({ section }) => section === title).map(({ key }) => taskOf(key)),
  }));
  return {
    ...{ folder: 'specs/001-x', files: { spec: tree.spec, plan: tree.spec, tasks: tree.tasks.length > 0 }, problem },
    ...{ taskFile: problem === null ? 'specs/001-x/tasks.md' : null, dialect: 'spec-kit', rule: 'sections', warnings: [] },
    batches: problem === null ? batches : [],
    counts: { total: tree.tasks.length, done: tree.tasks.length - open.length, open: open.length },
    ...{ gate: tree.gate ? { source: 'ROADMAP.md', criteria: [] } : null, baseBranch: 'main' },
  };
}

/** As a start over HTTP makes them of the configuration. */
export function settingsOf({ autoHealEnabled, maxHealAttempts, budget }: OrchestrationConfig): Partial<RunSettings> {
  const maxHeals = autoHealEnabled ? maxHealAttempts : 0;
  const micros = (usd: number) => Math.round(usd * 1_000_000);
  const reserveCostMicros = micros(Math.max(budget.maxPerBatch, budget.healingBudget));
  return { maxHeals, maxIterations: maxHeals + 1, maxCostMicros: micros(budget.maxTotal), reserveCostMicros };
}

export function drawTasks(random: Random): Tree['tasks'] {
  const tasks: Tree['tasks'] = [];
  for (let section = random.between(1, 4); section > 0; section--)
    for (let count = random.between(1, 3); count > 0; count--)
      tasks.push({ key: `T${tasks.length + 1}`, section: `Section ${section}`, done: random.chance(0.15) });
  return tasks;
}

function copyOf(tree: Tree): Tree {
  return { ...tree, tasks: tree.tasks.map((task) => ({ ...task })), code: [...tree.code] };
}

function taskOf(key: string) {
  return { key, name: key, title: `Do ${key}` };
}

function drawTree(random: Random): Tree {
  const isDesigned = random.chance(0.8);
  const tasks = isDesigned ? drawTasks(random) : [];
  const allDone = random.chance(0.04);
  for (const task of tasks) task.done ||= allDone;
  return { spec: isDesigned || random.chance(0.3), broken: random.chance(0.02), gate: random.chance(0.2), tasks, code: [] };
}

// A model call costs at most a thousandth of a dollar here: these budgets are a few calls.
function drawConfig(random: Random): OrchestrationConfig {
  const dollars = (least: number, most: number) => random.between(least, most) / 1_000;
  const isRich = random.chance(0.6);
  const config = orchestrationConfigSchema.parse({
    autoMerge: random.chance(0.5),
    skipDesign: random.chance(0.1),
    skipAnalyze: random.chance(0.5),
    autoHealEnabled: random.chance(0.8),
    maxHealAttempts: random.pick([0, 1, 1, 2, 3]),
    pauseBetweenBatches: random.chance(0.2),
    budget: {
      maxPerBatch: isRich ? 1 : dollars(2, 12),
      healingBudget: isRich ? 1 : dollars(1, 8),
      maxTotal: isRich ? 50 : dollars(10, 60),
    },
  });
  // Of those that skip most, some carry out one command of the repository instead.
  return config.autoMerge && config.skipDesign && config.skipAnalyze ? { ...config, command: 'review' } : config;
}
