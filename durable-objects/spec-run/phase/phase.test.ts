import { workflowFile } from '@specwright/protocol/workflow-file.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { describe, expect, it } from 'vitest';
import { BATCHES, begun, looked, pass, seen } from '../testing/phase-story.ts';
import { ended, passing, reviewed, usageOf } from '../testing/samples.ts';
import type { Story } from '../testing/story.ts';
import { phaseJob } from './phase-job.ts';

const task = (key: string) => ({ key, name: key, title: `Do ${key}` });
const orders = (story: Story) =>
  story.log.flatMap((event) => (event.kind === 'job_ordered' ? [`${event.attemptKind} ${event.chunkId}`] : []));

describe('a phase', () => {
  it('runs its batches one after another, then verifies, then waits for a person to merge', () => {
    const story = begun();
    for (let n = 0; n < 3; n++) pass(story);
    expect(orders(story)).toEqual(['do batch-1', 'do batch-2', 'do verify']);
    expect(story.is).toMatchObject({ status: 'waiting', lease: null, wait: { reason: { code: 'MERGE_READY' } } });
    expect(orchestrationView(story.is).status).toBe('Merge Ready');
    story.does({ kind: 'merge', decision: 'not_yet', actor: null });
    expect(story.is.status).toBe('waiting');
    story.does({ kind: 'merge', decision: 'merge', actor: { id: 'u', name: 'Ada' } });
    story.claim('lif_b');
    story.facts(looked(seen({ batches: [], counts: { total: 3, done: 3, open: 0 } })));
    expect(story.job.itemId).toBe('merge');
    pass(story);
    expect(story.is).toMatchObject({ status: 'completed', phase: { mergedCommit: 'commit-merge-1' } });
    expect(JSON.parse(workflowFile(story.is))).toMatchObject({ status: 'complete', batches: { total: 2, current: 2 } });
  });

  it('designs first where the spec is missing, and finds its batches after that', () => {
    const none = seen({ folder: null, files: { spec: false, plan: false, tasks: false }, problem: 'none', batches: [] });
    const story = begun({}, none);
    expect(story.job.itemId).toBe('design');
    story.facts({ kind: 'phase_seen', atMs: 1, seen: seen() }, ...passing(story.job));
    expect(story.is.items.map(({ id }) => id)).toEqual(['design', 'batch-1', 'batch-2', 'verify', 'merge']);
    expect(story.job.itemId).toBe('batch-1');
  });

  it('goes to verify where no task is open, and refuses where there is no task file', () => {
    expect(begun({}, seen({ batches: [], counts: { total: 3, done: 3, open: 0 } })).job.itemId).toBe('verify');
    const refused = begun({ skipDesign: true }, seen({ problem: 'There is no task file.', batches: [] }));
    expect(refused.is).toMatchObject({ status: 'failed', reason: { code: 'NO_TASKS' } });
  });

  it('runs one command of the repository alone, with no task file and no merge, and needs no commit for it', () => {
    const none = seen({ folder: null, files: { spec: false, plan: false, tasks: false }, problem: 'none', batches: [] });
    for (const given of [none, seen()]) {
      const story = begun({ command: 'review', skipAnalyze: false }, given);
      expect(story.is.items.map(({ id, title }) => [id, title])).toEqual([['command', 'Run review']]);
      const item = story.is.items[0];
      expect(item && phaseJob(story.is, item, story.job).phase).toMatchObject({ stage: 'command', command: 'review', batch: null });
      expect(orchestrationView(story.is)).toMatchObject({ status: 'Running', headline: 'Running the command review' });
      story.facts(reviewed(story.job, 'pass'), ended(story.job, 'passed', { commit: story.is.head }));
      expect(story.is).toMatchObject({ status: 'completed', phase: { mergedCommit: null } });
    }
    const failed = begun({ command: 'memory' });
    failed.facts(ended(failed.job, 'agent_failed'));
    expect(failed.is).toMatchObject({ status: 'failed', fault: 'chunk' });
    failed.does({ kind: 'retry', chunkId: 'command', actor: null, plan: null });
    expect(failed.is.status).toBe('queued');
  });

  it('heals a batch as often as it may, never more; verify is not healed', () => {
    const story = begun({ maxHealAttempts: 2 });
    for (let n = 0; n < 3; n++) story.facts(reviewed(story.job, 'fail'), ended(story.job, 'unconfirmed'));
    expect(orders(story)).toEqual(['do batch-1', 'heal batch-1', 'heal batch-1']);
    expect(story.is).toMatchObject({ status: 'failed', fault: 'chunk' });
    const other = begun();
    pass(other);
    pass(other);
    other.facts(ended(other.job, 'checks_failed'));
    expect(other.is).toMatchObject({ status: 'failed' });
    other.does({ kind: 'retry', chunkId: 'verify', actor: null, plan: null });
    expect(other.is.status).toBe('queued');
  });

  it('waits at the batch’s budget, which a person raises', () => {
    const story = begun({ budget: { maxPerBatch: 1 } });
    expect(story.job.reservedMicros).toBe(1_000_000);
    story.facts(ended(story.job, 'over_budget', { usage: usageOf(1_000_000) }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { reason: { code: 'BUDGET' } } });
    const batch = { maxPerBatch: 3, healingBudget: null };
    story.does({ kind: 'raise_limits', maxCostMicros: 50_000_000, maxTokens: null, batch, actor: null });
    story.claim('lif_b');
    story.facts(looked());
    expect(story.job).toMatchObject({ itemId: 'batch-1', kind: 'do', reservedMicros: 2_000_000, continueFrom: 'tree-batch-1-1' });
  });

  it('a USER GATE waits whatever auto-merge says; a refused merge needs a word again', () => {
    const gated = begun({ autoMerge: true }, seen({ batches: [], gate: { source: 'ROADMAP.md', criteria: ['Look'] } }));
    pass(gated);
    expect(gated.is.wait?.reason.code).toBe('USER_GATE');
    const story = begun({ autoMerge: true }, seen({ batches: [] }));
    pass(story);
    story.facts(ended(story.job, 'merge_refused', { code: 'MERGE_CONFLICT', message: 'a.txt', snapshot: null }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { reason: { code: 'MERGE_CONFLICT' } }, phase: { mergeApproved: false } });
    story.does({ kind: 'merge', decision: 'merge', actor: null });
    expect(story.is.status).toBe('queued');
  });

  it('pauses between batches; a cancel in mid-batch keeps what was done for a resume', () => {
    const story = begun({ pauseBetweenBatches: true });
    pass(story);
    expect(story.is.status).toBe('paused');
    story.does({ kind: 'resume', actor: null, plan: null });
    expect(story.job.itemId).toBe('batch-2');
    story.does({ kind: 'stop', actor: null });
    story.facts(ended(story.job, 'stopped'));
    expect(story.is.status).toBe('cancelled');
    story.does({ kind: 'resume', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(looked(seen({ batches: BATCHES.slice(1) })));
    expect(story.job).toMatchObject({ itemId: 'batch-2', attempt: 2, kind: 'do' });
    expect(story.item('batch-1').status).toBe('completed');
  });

  it('pauses after a batch that only the branch proves, too', () => {
    const story = begun({ pauseBetweenBatches: true });
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    const promoted = [{ chunkId: 'batch-1', attempt: 1, commit: 'c1', verdict: 'pass' }];
    story.facts(looked(seen({ batches: BATCHES.slice(1) }), 'c1', promoted));
    expect(story.item('batch-1').status).toBe('completed');
    expect(story.is.status).toBe('paused');
  });

  it('gives no number twice, also when a batch in the middle was left out and the file changed', () => {
    const three = ['One', 'Two', 'Three'].map((title, at) => ({ title, tasks: [task(`T00${at + 1}`)] }));
    const story = begun({}, seen({ batches: three }));
    story.does({ kind: 'skip', chunkId: 'batch-3', actor: null, plan: null });
    const more = [...three.slice(1), { title: 'Four', tasks: [task('T004')] }];
    story.facts({ kind: 'phase_seen', atMs: 1, seen: seen({ batches: more }) }, ...passing(story.job));
    const ids = story.is.items.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(story.job.itemId).toBe('batch-2');
    const titles = story.is.items.filter(({ status }) => status !== 'completed').map(({ title }) => title);
    expect(titles).toEqual(['Three', 'Two', 'Four', 'Verify', 'Merge']);
  });

  it('a batch that fails while it is cancelled has its attempts back with Resume', () => {
    const story = begun({ autoHealEnabled: false });
    story.does({ kind: 'stop', actor: null });
    story.facts(ended(story.job, 'unconfirmed'));
    expect(story.is.status).toBe('cancelled');
    story.does({ kind: 'resume', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(looked());
    expect(story.job).toMatchObject({ itemId: 'batch-1', kind: 'do', continueFrom: 'tree-batch-1-1' });
  });

  it('a merge that is left out ends its wait; what was left out stays out of verify', () => {
    const story = begun();
    story.does({ kind: 'skip', chunkId: 'batch-2', actor: null, plan: null });
    pass(story);
    expect(phaseJob(story.is, story.item('verify'), story.job).phase?.leftOut).toEqual(['T003']);
    pass(story);
    expect(story.is.wait?.reason.code).toBe('MERGE_READY');
    story.does({ kind: 'skip', chunkId: 'merge', actor: null, plan: null });
    expect(story.is).toMatchObject({ status: 'completed', phase: { mergedCommit: null } });
  });

  it('a failed one is given up by a person, and a resume still opens it again', () => {
    const story = begun({ autoHealEnabled: false });
    story.facts(reviewed(story.job, 'fail'), ended(story.job, 'unconfirmed'));
    story.does({ kind: 'stop', actor: { id: 'u', name: 'Ada' } });
    expect(story.is).toMatchObject({ status: 'cancelled', reason: { code: 'ABORTED', message: 'Ada gave it up after it had failed.' } });
    expect(story.refused({ kind: 'stop', actor: null }).code).toBe('RUN_NOT_ACTIVE');
    story.does({ kind: 'resume', actor: null, plan: null });
    expect(story.item('batch-1')).toMatchObject({ status: 'pending', error: null });
  });

  it('is a run of its own: chunk runs know no merge', () => {
    expect(begun().refused({ kind: 'merge', decision: 'merge', actor: null }).code).toBe('CONFLICT');
  });
});
