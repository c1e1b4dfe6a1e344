import { orchestrationConfigSchema, type PhaseSeen } from '@specwright/protocol/phase.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { creating, passing, reconciled } from './samples.ts';
import { Story } from './story.ts';

const taskOf = (key: string) => ({ key, name: key, title: `Do ${key}` });

export const BATCHES = [
  { title: 'Setup', tasks: [taskOf('T001'), taskOf('T002')] },
  { title: 'Core', tasks: [taskOf('T003')] },
];

/** A phase as a runner reads it: two batches, nothing missing. */
export function seen(more: Partial<PhaseSeen> = {}): PhaseSeen {
  return {
    ...{ folder: 'specs/001-x', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/001-x/tasks.md' },
    ...{ dialect: 'spec-kit', rule: 'sections', batches: BATCHES, counts: { total: 3, done: 0, open: 3 }, warnings: [] },
    ...{ gate: null, baseBranch: 'main' },
    ...more,
  };
}

/** A phase of which nothing is there yet. */
export const nothing = () =>
  seen({ folder: null, files: { spec: false, plan: false, tasks: false }, problem: 'There is no task file.', batches: [], taskFile: null });

/** The runner has looked at the branch, where it stands at this commit, and at the phase. */
export function looked(given = seen(), head = 'base', promoted: Parameters<typeof reconciled>[1] = []): RunnerFact {
  return { ...reconciled(head, promoted), phase: given } as RunnerFact;
}

/** A phase that a machine has taken and looked at. */
export function begun(config: Record<string, unknown> = {}, given = seen()): Story {
  const story = new Story();
  const parsed = orchestrationConfigSchema.parse({ skipAnalyze: true, ...config });
  const heals = parsed.autoHealEnabled ? parsed.maxHealAttempts : 0;
  const settings = { maxHeals: heals, maxIterations: heals + 1, maxCostMicros: 50_000_000, reserveCostMicros: 5_000_000 };
  story.does({ ...creating([], settings), plan: { kind: 'phase', specPiece: 'p', items: [], config: parsed } });
  story.claim();
  story.facts(looked(given));
  return story;
}

/** The job that is out passes, the files being these then. */
export function pass(story: Story, then: PhaseSeen | null = null): void {
  const look: RunnerFact[] = then === null ? [] : [{ kind: 'phase_seen', atMs: 1, seen: then }];
  story.facts(...look, ...passing(story.job));
}

/** Passes until the job of this item is out. */
export function reach(story: Story, itemId: string): void {
  while (story.is.job !== null && story.job.itemId !== itemId) pass(story, seen());
  if (story.is.job?.itemId !== itemId) throw new Error(`${itemId} was not reached: ${story.is.status} ${story.is.wait?.reason.code}`);
}
