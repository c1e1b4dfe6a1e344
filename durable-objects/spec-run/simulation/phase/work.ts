import type { ItemPhase } from '@specwright/protocol/phase.ts';
import type { CurrentJob, RunState } from '@specwright/protocol/run-state.ts';
import type { World } from '../world.ts';
import { drawTasks, lookAt, type PhaseRepository, type Tree } from './repository.ts';

/** What one attempt does to the files of a phase, and what the repository then says of it. */
export class PhaseWork {
  readonly phase: ItemPhase;
  readonly tree: Tree;
  readonly repository: PhaseRepository;
  private readonly before: Tree;
  private readonly world: World;

  constructor(world: World, repository: PhaseRepository, state: RunState, job: CurrentJob) {
    const phase = state.items.find((item) => item.id === job.itemId)?.phase;
    if (phase === undefined) throw new Error(`${job.itemId} is nothing of a phase`);
    this.world = world;
    this.repository = repository;
    this.phase = phase;
    this.before = repository.tree(state.head ?? 'base');
    // Another machine does not always have what the attempt before has left.
    const { continueFrom } = job;
    this.tree = continueFrom !== null && world.random.chance(0.95) ? repository.tree(continueFrom) : repository.tree(state.head ?? 'base');
  }

  get isChanged(): boolean {
    return JSON.stringify(this.tree) !== JSON.stringify(this.before);
  }

  /** What is left in the files, also of an attempt that failed. */
  snapshot(): string | null {
    return this.isChanged ? this.repository.snapshot(this.tree) : null;
  }

  /** Work under way: a part of it, when it is cut short. */
  begin(): void {
    const { random } = this.world;
    if (this.phase.stage === 'implement') for (const key of this.left()) if (random.chance(0.2)) this.carryOut(key);
  }

  /** The agent's own end, good or bad: it is believed only when the repository says so. */
  execute(): void {
    const { random, faults } = this.world;
    const isBad = random.chance(faults.badWork);
    if (this.phase.stage === 'design') this.design(isBad);
    else if (this.phase.stage === 'implement') this.implement(isBad);
    else if (this.phase.stage === 'verify' && !isBad) for (const { key } of this.tree.tasks.filter(({ done }) => !done)) this.carryOut(key);
    if (random.chance(0.15)) this.edit();
  }

  /** Why the repository does not confirm it; null: it does. */
  problem(): string | null {
    const { stage, tasks } = this.phase;
    if (stage === 'command') return null;
    const seen = lookAt(this.tree);
    if (stage === 'design' && !seen.files.spec) return 'spec.md is missing';
    if (seen.problem !== null) return seen.problem;
    const { open } = seen.counts;
    if (stage === 'verify') return open > this.leftOut() ? `${open} tasks are open` : null;
    if (stage !== 'implement') return null;
    if (this.left().length > 0) return `not done: ${this.left().join()}`;
    if (this.tree.code.join() === this.before.code.join()) return 'no file was changed but the task file';
    const own = new Set(tasks.map(({ key }) => key));
    const wasOpen = new Set(this.before.tasks.filter(({ done }) => !done).map(({ key }) => key));
    const others = this.tree.tasks.filter(({ key, done }) => done && wasOpen.has(key) && !own.has(key));
    return others.length > 0 ? `ticked of another batch: ${others.map(({ key }) => key).join()}` : null;
  }

  /** Tasks of the batch that are not done in the files; one that is gone counts. */
  left(): string[] {
    const done = new Set(this.tree.tasks.filter((task) => task.done).map(({ key }) => key));
    return this.phase.tasks.map(({ key }) => key).filter((key) => !done.has(key));
  }

  // Open tasks of a batch that a person has left out are no lack.
  private leftOut(): number {
    const { state } = this.world.server;
    const skipped = state?.items.filter((item) => item.status === 'skipped').flatMap((item) => item.phase?.tasks ?? []) ?? [];
    const keys = new Set(skipped.map(({ key }) => key));
    return this.tree.tasks.filter(({ key, done }) => !done && keys.has(key)).length;
  }

  private design(isBad: boolean): void {
    this.tree.spec = !isBad;
    this.tree.broken = false;
    if (this.tree.tasks.length === 0 && !isBad) this.tree.tasks = drawTasks(this.world.random);
  }

  private implement(isBad: boolean): void {
    const { random } = this.world;
    const wrong = isBad ? random.pick(['partial', 'ticks only', 'works only', 'others', 'breaks'] as const) : null;
    if (wrong === 'breaks') this.tree.broken = true;
    else this.tree.broken = false;
    if (wrong === 'breaks') return;
    const own = new Set(this.phase.tasks.map(({ key }) => key));
    for (const task of this.tree.tasks) {
      // A healer that was told of them sets the boxes of other batches back.
      if (!own.has(task.key) && wrong !== 'others') task.done = this.before.tasks.find(({ key }) => key === task.key)?.done ?? task.done;
      if (!own.has(task.key) && wrong === 'others' && random.chance(0.5)) task.done = true;
    }
    for (const key of own) {
      if (wrong === 'partial' && random.chance(0.5)) continue;
      this.carryOut(key, wrong);
    }
  }

  private carryOut(key: string, wrong: string | null = null): void {
    if (wrong !== 'ticks only' && !this.tree.code.includes(key)) this.tree.code.push(key);
    if (wrong === 'works only') return;
    const line = this.tree.tasks.find((task) => task.key === key);
    if (line !== undefined) line.done = true;
    // A line that somebody took out is written again.
    else this.tree.tasks.push({ key, section: 'Found again', done: true });
  }

  /** Somebody edits the task file while a batch is in hand: adds, takes out, opens again, asks for a gate or takes its words away. */
  private edit(): void {
    const { random } = this.world;
    const { tasks } = this.tree;
    const what = random.pick(['add', 'add', 'remove', 'open', 'rename', 'gate'] as const);
    const at = random.below(tasks.length + 1);
    const key = `N${tasks.length + 1}-${Math.round(this.world.time.now)}`;
    if (what === 'add') tasks.splice(at, 0, { key, section: random.pick(['Section 1', 'New']), done: false });
    else if (what === 'gate') this.tree.gate = !this.tree.gate;
    else if (tasks[at] === undefined) return;
    else if (what === 'remove') tasks.splice(at, 1);
    else if (what === 'rename') tasks[at].section = 'Renamed';
    else tasks[at].done = false;
  }
}
