import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { describe, expect, it } from 'vitest';
import { BATCHES, begun, looked, nothing, pass, reach, seen } from '../testing/phase-story.ts';
import { ended, usageOf } from '../testing/samples.ts';

const STAGES = ['design', 'analyze', 'batch-1', 'batch-2', 'verify', 'merge'];
/** A phase with every stage, from nothing to merged. */
const whole = () => begun({ autoMerge: true, skipAnalyze: false }, nothing());

describe.each(STAGES)('in %s', (stage) => {
  it('a cancel stops it for good, and a resume goes on right there', () => {
    const story = whole();
    reach(story, stage);
    story.does({ kind: 'stop', actor: null });
    story.facts(ended(story.job, 'stopped', { snapshot: 'half' }));
    expect(story.is).toMatchObject({ status: 'cancelled', job: null, lease: null });
    const cancelled = story.log.length;
    expect(story.refused({ kind: 'pause', actor: null }).code).toBe('RUN_NOT_ACTIVE');
    expect(story.log).toHaveLength(cancelled);
    story.does({ kind: 'resume', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(looked(stage === 'design' ? nothing() : seen()));
    expect(story.job).toMatchObject({ itemId: stage, attempt: 2, kind: 'do', continueFrom: stage === 'merge' ? null : 'half' });
    while (story.is.job !== null) pass(story, seen());
    expect(story.is.status).toBe('completed');
  });

  it('a machine that dies is no failure: the next goes on right there, and nothing is done twice', () => {
    const story = whole();
    reach(story, stage);
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    story.facts(looked(stage === 'design' ? nothing() : seen(), story.is.head ?? 'base'));
    expect(story.job).toMatchObject({ itemId: stage, attempt: 2, kind: 'do' });
    while (story.is.job !== null) pass(story, seen());
    expect(story.is.status).toBe('completed');
    expect(story.is.items.map(({ id, attempts }) => [id, attempts.length])).toEqual(STAGES.map((id) => [id, id === stage ? 2 : 1]));
  });

  it('a provider’s limit spends nothing: it waits for the time, then the same work is tried again', () => {
    if (stage === 'merge') return;
    const story = whole();
    reach(story, stage);
    story.facts(ended(story.job, 'provider_fault', { code: 'PROVIDER_LIMIT', retryAfterMs: 60_000, message: 'Rate limited' }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'time', reason: { code: 'PROVIDER_LIMIT' } } });
    story.later(61_000).does({ kind: 'tick', lastHeardAt: story.now });
    expect(story.job).toMatchObject({ itemId: stage, attempt: 2, kind: 'do' });
    expect(story.item(stage)).toMatchObject({ spent: 0, heals: 0 });
  });
});

describe('the merge', () => {
  it.each(['MERGE_CONFLICT', 'CHECKOUT_IN_USE', 'PUSH_REFUSED', 'NO_BASE_BRANCH'] as const)(
    'refused by %s waits with the reason; approved again, it is tried again',
    (code) => {
      const story = begun({ autoMerge: true });
      reach(story, 'merge');
      story.facts(ended(story.job, 'merge_refused', { code, message: 'See to it.', snapshot: null }));
      expect(story.is).toMatchObject({
        status: 'waiting',
        lease: null,
        wait: { waitFor: 'person', reason: { code, message: 'See to it.' } },
      });
      // By itself it does not try again, whatever is asked but the merge.
      story.does({ kind: 'resume', actor: null, plan: null });
      expect(story.is).toMatchObject({ status: 'waiting', wait: { reason: { code: 'MERGE_READY' } } });
      story.does({ kind: 'merge', decision: 'merge', actor: null });
      story.claim('lif_b');
      story.facts(looked(seen(), story.is.head ?? ''));
      expect(story.job).toMatchObject({ itemId: 'merge', attempt: 2, reservedMicros: 0 });
      pass(story);
      expect(story.is).toMatchObject({ status: 'completed', fault: null });
    },
  );

  it('a gate whose words an agent took out of the files stands', () => {
    const story = begun({ autoMerge: true }, seen({ batches: [], gate: { source: 'ROADMAP.md', criteria: ['Look'] } }));
    pass(story, seen({ batches: [] }));
    expect(story.is.wait?.reason.code).toBe('USER_GATE');
    expect(orchestrationView(story.is).gate?.criteria).toEqual(['Look']);
  });

  it('a machine that died behind it merges once: the next finds it done', () => {
    const story = begun({ autoMerge: true });
    reach(story, 'merge');
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    expect(story.is.phase?.mergeApproved).toBe(true);
    story.claim('lif_b');
    story.facts(looked(seen(), story.is.head ?? ''));
    expect(story.job.itemId).toBe('merge');
  });
});

describe('the plan', () => {
  it('a look at what is to be reset changes nothing', () => {
    const story = begun({ autoMerge: true });
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    story.facts(looked(seen({ batches: [] }), 'foreign'));
    expect(story.is.resetTo).toBe('base');
    expect(story.is.items.map(({ id }) => id)).toEqual(['batch-1', 'batch-2', 'verify', 'merge']);
  });

  it('what a person adds or takes out in mid-run is planned before verify; what has begun stays as it is', () => {
    const story = begun();
    const more = [{ title: 'New', tasks: [{ key: 'T009', name: 'T009', title: 'More' }] }];
    pass(story, seen({ batches: more }));
    expect(story.is.items.map(({ title }) => title)).toEqual(['Setup', 'New', 'Verify', 'Merge']);
    expect(story.job).toMatchObject({ itemId: 'batch-2' });
    pass(story, seen({ batches: [BATCHES[1] ?? more[0]].filter((one) => one !== undefined) }));
    expect(story.is.items.map(({ title }) => title)).toEqual(['Setup', 'New', 'Core', 'Verify', 'Merge']);
  });

  it('the last batches are ticked by somebody else: on to verify', () => {
    const story = begun();
    pass(story, seen({ batches: [], counts: { total: 3, done: 3, open: 0 } }));
    expect(story.job.itemId).toBe('verify');
  });
});

describe('budgets', () => {
  it('a call that goes over its part waits, says which budget, and goes on from its work when it is raised', () => {
    const story = begun({ budget: { healingBudget: 1 } });
    story.facts(ended(story.job, 'unconfirmed'));
    expect(story.job).toMatchObject({ kind: 'heal', reservedMicros: 1_500_000 });
    story.facts(ended(story.job, 'over_budget', { usage: usageOf(1_100_000), snapshot: 'healed-half', message: 'It has used its part.' }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { reason: { code: 'BUDGET' } } });
    expect(story.item('batch-1')).toMatchObject({ heals: 0, spent: 1 });
    story.does({ kind: 'resume', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(looked());
    expect(story.is.wait?.reason.message).toContain('has used its healing budget of $1.00');
    const batch = { maxPerBatch: null, healingBudget: 2 };
    story.does({ kind: 'raise_limits', maxCostMicros: 50_000_000, maxTokens: null, batch, actor: null });
    expect(story.job).toMatchObject({ kind: 'heal', reservedMicros: 1_400_000, continueFrom: 'healed-half' });
  });
});
