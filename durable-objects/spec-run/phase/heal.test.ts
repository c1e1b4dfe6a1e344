import type { Diagnosis } from '@specwright/protocol/diagnosis.ts';
import { orchestrationConfigSchema } from '@specwright/protocol/phase.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { describe, expect, it } from 'vitest';
import { creating, ended, passing, reconciled, usageOf } from '../testing/samples.ts';
import { Story } from '../testing/story.ts';
import { phaseJob } from './phase-job.ts';

const SEEN = {
  ...{ folder: 'specs/001-x', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/001-x/tasks.md' },
  ...{ dialect: 'spec-kit', rule: 'sections', counts: { total: 1, done: 0, open: 1 }, warnings: [], gate: null, baseBranch: 'main' },
  batches: [{ title: 'Setup', tasks: [{ key: 'T001', name: 'T001', title: 'Do it' }] }],
};
const looked = { ...reconciled(), phase: SEEN } as RunnerFact;

/** The batch has failed once, in the session `ses_1`, and is out to be healed. */
function healing(config: Record<string, unknown> = {}): Story {
  const story = new Story();
  const parsed = orchestrationConfigSchema.parse({ skipAnalyze: true, ...config });
  const settings = { maxHeals: parsed.maxHealAttempts, maxIterations: parsed.maxHealAttempts + 1, maxCostMicros: 50_000_000 };
  story.does({ ...creating([], settings), plan: { kind: 'phase', specPiece: 'p', items: [], config: parsed } });
  story.claim();
  story.facts(looked);
  story.facts(started(story, 'ses_1'), ended(story.job, 'unconfirmed', { message: 'T001 is not done.' }));
  return story;
}

function started({ state }: Story, sessionId: string | null): RunnerFact {
  const jobId = state?.job?.id ?? 'run_1/batch-1/1/1';
  const agent = { agent: 'glm', type: 'opencode', version: null, model: null };
  return { kind: 'agent_started', atMs: 2, jobId, role: 'executor', ...agent, sessionId };
}

function diagnosed(story: Story, diagnosis: Diagnosis | null, costMicros = 1000): RunnerFact {
  const message = diagnosis?.advice ?? 'There is no diagnosis.';
  return { kind: 'diagnosed', atMs: 3, jobId: story.job.id, diagnosis, message, usage: usageOf(costMicros) };
}

const HOPELESS: Diagnosis = { cause: 'other', healable: false, confident: true, advice: 'It needs the account of a person.' };
const job = (story: Story) => phaseJob(story.is, story.item(story.job.itemId), story.job).phase;

describe('a heal', () => {
  it('goes on in a fork of the session that failed, on the machine that has it', () => {
    const story = healing();
    expect(story.job).toMatchObject({ kind: 'heal', continueFrom: 'tree-batch-1-1' });
    expect(job(story)?.forkFrom).toEqual({ sessionId: 'ses_1', agentType: 'opencode' });
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    story.facts(looked);
    expect(story.job.kind).toBe('heal');
    expect(job(story)?.forkFrom).toBeUndefined();
  });

  it('of an attempt that left no work or had no session begins anew', () => {
    const story = healing({ maxHealAttempts: 2 });
    story.facts(started(story, 'ses_2'), ended(story.job, 'agent_failed', { snapshot: null }));
    expect(job(story)?.forkFrom).toBeUndefined();
  });

  it('reserves a decision’s budget beside its own, and its diagnosis is counted there', () => {
    const story = healing({ budget: { healingBudget: 2, decisionBudget: 0.5 } });
    expect(story.job.reservedMicros).toBe(2_500_000);
    expect(job(story)?.diagnosis).toEqual({ costMicros: 500_000 });
    story.facts(diagnosed(story, null, 300_000), ended(story.job, 'over_budget', { usage: usageOf(1_300_000) }));
    expect(story.is.wait?.reason.code).toBe('BUDGET');
    const batch = { maxPerBatch: null, healingBudget: null };
    story.does({ kind: 'raise_limits', maxCostMicros: 60_000_000, maxTokens: null, batch, actor: null });
    story.claim('lif_b');
    story.facts(looked);
    expect(story.job.reservedMicros).toBe(1_500_000);
  });

  it('is not diagnosed where the run has no money left beside the heal', () => {
    const story = healing();
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.does({ kind: 'raise_limits', maxCostMicros: 3_502_000, maxTokens: null, actor: null });
    story.claim('lif_b');
    story.facts(looked);
    expect(story.job.reservedMicros).toBeLessThan(2_000_000);
    expect(job(story)?.diagnosis).toEqual({ costMicros: 0 });
  });

  it('that a diagnosis rules out is not made: the batch fails with what it said, and keeps its heal', () => {
    const story = healing();
    story.facts(diagnosed(story, HOPELESS), ended(story.job, 'unhealable', { message: HOPELESS.advice, snapshot: null }));
    expect(story.is).toMatchObject({ status: 'failed', fault: 'chunk', reason: { code: 'UNHEALABLE' } });
    expect(story.is.reason?.message).toBe('Setup failed: T001 is not done. It was not healed: It needs the account of a person.');
    expect(story.item('batch-1')).toMatchObject({ status: 'failed', heals: 0 });
    expect(story.item('batch-1').attempts.at(-1)?.diagnosis).toMatchObject({ diagnosis: HOPELESS });
    expect(orchestrationView(story.is).decisions).toContainEqual({
      at: story.now,
      decision: 'diagnosis',
      reason: `Setup: ${HOPELESS.advice}`,
    });
    story.does({ kind: 'retry', chunkId: 'batch-1', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(looked);
    expect(story.job).toMatchObject({ itemId: 'batch-1', kind: 'do', continueFrom: 'tree-batch-1-1' });
  });

  it('goes on without a diagnosis where there is none', () => {
    const story = healing();
    story.facts(diagnosed(story, null), ...passing(story.job));
    expect(story.item('batch-1')).toMatchObject({ status: 'completed' });
  });
});
