import { newsOf } from '@specwright/protocol/run-news.ts';
import { describe, expect, it } from 'vitest';
import { creating, ended, needingFix, passing, planned, reconciled, reviewed, usageOf } from './testing/samples.ts';
import { kinds, Story } from './testing/story.ts';

const chain = [planned('a'), planned('b', ['a'])];

/** A run whose first job is out under fence 1. */
function working(items = chain, settings = {}): Story {
  const story = new Story();
  story.does(creating(items, settings));
  story.claim();
  story.facts(reconciled());
  return story;
}

describe('a run is created', () => {
  it('and asks for a machine', () => {
    expect(kinds(new Story().does(creating(chain)).events)).toEqual(['run_created', 'machine_requested']);
  });
  it('once: a second create changes nothing', () => {
    const story = new Story();
    story.does(creating(chain));
    expect(story.does(creating(chain)).events).toEqual([]);
  });
  it('not without chunks', () => expect(new Story().refused(creating([])).code).toBe('SPEC_EMPTY'));
  it('not with a circle of dependencies, which is named', () => {
    const refusal = new Story().refused(creating([planned('a', ['c']), planned('b', ['a']), planned('c', ['b'])]));
    expect(refusal).toMatchObject({ code: 'DEPENDENCY_CYCLE', message: expect.stringContaining('a → c → b → a') });
  });
  it('not when a chunk depends on one that is left out', () => {
    expect(new Story().refused(creating([planned('a', [], { selected: false }), planned('b', ['a'])])).code).toBe('DEPENDENCIES_OPEN');
  });
  it('and is completed at once when every chunk is done', () => {
    expect(kinds(new Story().does(creating([planned('a', [], { status: 'completed' })])).events)).toEqual(['run_created', 'run_completed']);
  });
  it('as the first thing of all', () => expect(new Story().refused({ kind: 'pause', actor: null }).code).toBe('NOT_FOUND'));
});

describe('a run that no machine takes', () => {
  const day = 24 * 3_600_000;
  it('fails after a day of waiting, and goes on when a person resumes it', () => {
    const story = new Story();
    story.does(creating(chain));
    expect(story.later(day - 1).does({ kind: 'tick', lastHeardAt: null }).events).toEqual([]);
    expect(kinds(story.later(1).does({ kind: 'tick', lastHeardAt: null }).events)).toEqual(['run_failed']);
    expect(story.is).toMatchObject({ status: 'failed', fault: 'machine', reason: { code: 'NO_MACHINE' } });
    expect(kinds(story.does({ kind: 'resume', actor: null, plan: null }).events)).toEqual(['run_reopened', 'machine_requested']);
  });
  it('loses what a silent machine had in hand', () => {
    const story = working();
    story.later(day).does({ kind: 'tick', lastHeardAt: null });
    expect(story.is.status).toBe('queued');
    const { events } = story.later(day).does({ kind: 'tick', lastHeardAt: null });
    expect(kinds(events)).toEqual(['attempt_lost', 'lease_ended', 'run_failed']);
  });
});

describe('a machine claims the run', () => {
  it('and is granted a lease; it gets no job before it has reconciled', () => {
    const story = new Story();
    story.does(creating(chain));
    const { events, answer } = story.claim();
    expect(kinds(events)).toEqual(['lease_granted']);
    expect(answer).toEqual({ kind: 'granted', fence: 1, leaseId: 'lse_lif_a' });
    expect(kinds(story.facts(reconciled()).events)).toEqual(['reconciled', 'chunk_started', 'job_ordered']);
  });
  it('and another is told not yet', () => expect(working().claim('lif_b').answer).toMatchObject({ kind: 'not_yet' }));
  it('and one that had it before is told that it is gone: another has it now', () => {
    const story = working();
    story.later(30_000).does({ kind: 'tick', lastHeardAt: null });
    expect(story.claim('lif_b').answer).toMatchObject({ kind: 'granted', fence: 2 });
    expect(story.claim('lif_a', 1).answer).toMatchObject({ kind: 'gone', message: expect.stringContaining('took the run over') });
  });
  it('again in the same life, and gets the same lease with nothing changed', () => {
    const again = working().claim('lif_a', 1);
    expect(again).toMatchObject({ events: [], answer: { kind: 'granted', fence: 1 } });
  });
  it('when it is at rest, and is told that it is gone', () => {
    const story = working([planned('a')]);
    story.facts(...passing(story.job));
    expect(story.claim('lif_b').answer).toMatchObject({ kind: 'gone' });
  });
});

describe('a chunk', () => {
  it('that passes is completed with its commit, and the next one starts', () => {
    const story = working();
    const { events } = story.facts(...passing(story.job));
    expect(kinds(events)).toEqual(['review_ended', 'attempt_ended', 'chunk_completed', 'chunk_started', 'job_ordered']);
    expect(story.item('a')).toMatchObject({ status: 'completed', commit: 'commit-a-1', verdict: { verdict: 'pass' } });
    expect(story.is.head).toBe('commit-a-1');
  });
  it('that is the last completes the run, which gives up its lease', () => {
    const story = working([planned('a')]);
    expect(kinds(story.facts(...passing(story.job)).events).slice(-3)).toEqual(['chunk_completed', 'lease_ended', 'run_completed']);
    expect(story.is).toMatchObject({ status: 'completed', lease: null, totals: { passed: 1 } });
  });
  it('waits for the chunks it depends on, in the order of the plan', () => {
    const story = working([planned('c', ['a']), planned('a'), planned('b')]);
    expect(story.job.itemId).toBe('a');
    story.facts(...passing(story.job));
    expect(story.job.itemId).toBe('c');
    story.facts(...passing(story.job));
    expect(story.job.itemId).toBe('b');
  });
  it('that was not selected is left alone', () => {
    const story = working([planned('a', [], { selected: false }), planned('b')]);
    expect(story.job.itemId).toBe('b');
    story.facts(...passing(story.job));
    expect(story.is.status).toBe('completed');
  });
  it('whose review asks for changes gets a fix chunk that goes on from its work', () => {
    const story = working();
    const { events } = story.facts(...needingFix(story.job, ['Rename x.']));
    expect(kinds(events)).toEqual(['review_ended', 'attempt_ended', 'fix_chunk_created', 'fix_chunk_started', 'job_ordered']);
    expect(story.job).toMatchObject({ kind: 'fix', attempt: 2, continueFrom: 'tree-a-1' });
    expect(story.item(story.job.itemId)).toMatchObject({ kind: 'fix', parentId: 'a', requestedChanges: ['Rename x.'] });
  });
  it('completes together with its fix', () => {
    const story = working();
    story.facts(...needingFix(story.job));
    const fix = story.job.itemId;
    story.facts(...passing(story.job));
    expect(story.item('a')).toMatchObject({ status: 'completed', commit: `commit-${fix}-2` });
    expect(story.item(fix)).toMatchObject({ status: 'completed', commit: `commit-${fix}-2` });
  });
  it('has one fix: when its review asks for more, the same fix goes on from its own work', () => {
    const story = working();
    story.facts(...needingFix(story.job));
    const fix = story.job.itemId;
    story.facts(...needingFix(story.job));
    expect(story.job).toMatchObject({ itemId: fix, attempt: 3, continueFrom: `tree-${fix}-2` });
    expect(story.is.items.filter((item) => item.kind === 'fix')).toHaveLength(1);
  });
  it('whose checks fail goes on from its snapshot', () => {
    const story = working();
    story.facts(ended(story.job, 'checks_failed'));
    expect(story.job).toMatchObject({ itemId: 'a', kind: 'do', attempt: 2, continueFrom: 'tree-a-1' });
  });
  it.each(['unchanged', 'agent_failed'] as const)('that ended %s begins again where it began', (result) => {
    const story = working();
    story.facts(ended(story.job, 'checks_failed'));
    story.facts(ended(story.job, result));
    expect(story.job).toMatchObject({ attempt: 3, continueFrom: 'tree-a-1' });
  });
  it('that is rejected fails the run, with which and why', () => {
    const story = working();
    story.facts(reviewed(story.job, 'fail'), ended(story.job, 'rejected'));
    expect(story.is).toMatchObject({ status: 'failed', fault: 'chunk', lease: null });
    expect(story.item('a')).toMatchObject({ status: 'failed', error: { code: 'REJECTED' } });
  });
  it('that is rejected is healed from the last good commit where that is allowed, as often as is allowed', () => {
    const story = working(chain, { maxHeals: 1 });
    story.facts(ended(story.job, 'checks_failed'));
    story.facts(reviewed(story.job, 'fail'), ended(story.job, 'rejected'));
    expect(story.job).toMatchObject({ kind: 'heal', continueFrom: null, attempt: 3 });
    story.facts(reviewed(story.job, 'fail'), ended(story.job, 'rejected'));
    expect(story.is).toMatchObject({ status: 'failed', fault: 'chunk' });
  });
  it('counts its own attempts and its fixes together, up to the limit', () => {
    const story = working(chain, { maxIterations: 3 });
    story.facts(ended(story.job, 'checks_failed'));
    story.facts(...needingFix(story.job));
    expect(story.is.status).toBe('running');
    story.facts(...needingFix(story.job));
    expect(story.is).toMatchObject({ status: 'failed', fault: 'limit', reason: { code: 'ATTEMPTS_SPENT' } });
    expect(story.item('a').spent).toBe(3);
  });
  it('is not completed by a pass without a passing review: that is a fault of the runner, and the branch is reset', () => {
    const story = working();
    story.facts(...passing(story.job));
    story.facts(ended(story.job, 'passed'));
    expect(story.item('b')).toMatchObject({ status: 'running', spent: 0 });
    expect(story.is).toMatchObject({ resetTo: 'commit-a-1', faultsInRow: 1 });
  });
});

describe('facts', () => {
  it('received twice count once', () => {
    const story = working();
    const facts = passing(story.job);
    story.facts(...facts);
    const again = story.does({ kind: 'facts', lifeId: 'lif_a', fence: 1, first: 2, facts, newIds: [] });
    expect(again).toMatchObject({ events: [], answer: { kind: 'received', upTo: 3 } });
  });
  it('that overlap are trimmed', () => {
    const story = working();
    const { id: jobId } = story.job;
    const facts = [reconciled(), { kind: 'step_started', atMs: 2, jobId, step: 'prepare' } as const];
    const { events } = story.does({ kind: 'facts', lifeId: 'lif_a', fence: 1, first: 1, facts, newIds: [] });
    expect(kinds(events)).toEqual(['step_started']);
  });
  it('after a gap are not taken, and the number expected is named', () => {
    const story = working();
    const { events, answer } = story.does({ kind: 'facts', lifeId: 'lif_a', fence: 1, first: 4, facts: passing(story.job), newIds: [] });
    expect({ events, answer }).toEqual({ events: [], answer: { kind: 'gap', fence: 1, expected: 2 } });
  });
  it('of a life that does not hold the lease are refused', () => {
    const story = working();
    const refusal = story.refused({ kind: 'facts', lifeId: 'lif_x', fence: 1, first: 2, facts: passing(story.job), newIds: [] });
    expect(refusal.code).toBe('LEASE_LOST');
  });
  it('under a fence that was never granted are refused', () => {
    const refusal = working().refused({ kind: 'facts', lifeId: 'lif_a', fence: 9, first: 1, facts: [reconciled()], newIds: [] });
    expect(refusal.code).toBe('LEASE_LOST');
  });
  it('under an old fence are evidence and correct the charge, never a result', () => {
    const story = working();
    const old = story.job;
    story.later(30_000).does({ kind: 'tick', lastHeardAt: null });
    story.claim('lif_b');
    expect(story.is.lost[old.id]).toMatchObject({ chargedMicros: 2_000_000 });
    const { events } = story.factsOf(1, 'lif_b', ...passing(old));
    expect(kinds(events)).toEqual(['evidence_recorded', 'evidence_recorded', 'attempt_corrected']);
    expect(story.is.lost).toEqual({});
    expect(story.is.totals).toMatchObject({ passed: 0, usage: { costMicros: 1000 } });
  });
});

describe('a lease', () => {
  function lapsed(): Story {
    const story = working();
    story.later(30_000);
    return story;
  }
  it('heard of in time lives on', () => {
    const story = lapsed();
    expect(story.does({ kind: 'tick', lastHeardAt: story.now - 29_999 }).events).toEqual([]);
  });
  it('that goes silent lapses, and the run asks for a machine; its job is not lost yet', () => {
    const story = lapsed();
    expect(kinds(story.does({ kind: 'tick', lastHeardAt: 1_000_000 }).events)).toEqual(['lease_lapsed', 'machine_requested']);
    expect(story.is).toMatchObject({ status: 'queued', job: { itemId: 'a' } });
  });
  it('whose socket closes is not touched by that alone', () => {
    expect(working().does({ kind: 'socket_closed', lifeId: 'lif_a' }).events).toEqual([]);
  });
  it('that lapsed comes back to the same life with its job', () => {
    const story = lapsed();
    story.does({ kind: 'tick', lastHeardAt: null });
    expect(kinds(story.claim('lif_a', 1).events)).toEqual(['lease_granted']);
    expect(story.is).toMatchObject({ status: 'running', fence: 1, job: { fence: 1 }, faultsInRow: 0 });
    expect(story.facts(...passing(story.job)).state.totals.passed).toBe(1);
  });
  it('that lapsed comes back by a fact of the same life', () => {
    const story = lapsed();
    story.does({ kind: 'tick', lastHeardAt: null });
    expect(kinds(story.facts(...passing(story.job)).events)[0]).toBe('lease_granted');
  });
  it('that lapsed goes to another life under a new fence, and its job is lost at the price of its reserve', () => {
    const story = lapsed();
    const { id } = story.job;
    story.facts({ kind: 'usage_reported', atMs: 3, jobId: id, usage: usageOf(500_000, 100) });
    story.does({ kind: 'tick', lastHeardAt: null });
    expect(kinds(story.claim('lif_b').events)).toEqual(['attempt_lost', 'lease_ended', 'lease_granted']);
    expect(story.is.lost[id]).toMatchObject({ chargedMicros: 1_500_000, chargedTokens: 399_900 });
    expect(story.is).toMatchObject({ fence: 2, job: null });
    expect(kinds(story.facts(reconciled()).events)).toEqual(['reconciled', 'job_ordered']);
    expect(story.item('a').spent).toBe(0);
  });
  it('of a life that is known to be dead ends at once', () => {
    const story = working();
    expect(kinds(story.does({ kind: 'life_ended', lifeId: 'lif_a' }).events)).toEqual(['attempt_lost', 'lease_ended', 'machine_requested']);
    expect(story.is.status).toBe('queued');
  });
  it('of a life that another runner calls dead goes on', () => {
    const story = working();
    expect(story.does({ kind: 'life_ended', lifeId: 'lif_a', runnerId: 'rnr_other' }).events).toEqual([]);
    expect(kinds(story.does({ kind: 'life_ended', lifeId: 'lif_a', runnerId: 'rnr_lif_a' }).events)).toContain('lease_ended');
  });
  it('of a runner that is revoked ends at once, counts as nobody’s fault, and the job is offered to others', () => {
    const story = working();
    const { id } = story.job;
    expect(story.does({ kind: 'runner_gone', runnerId: 'rnr_other' }).events).toEqual([]);
    const { events } = story.does({ kind: 'runner_gone', runnerId: 'rnr_lif_a' });
    expect(kinds(events)).toEqual(['attempt_lost', 'lease_ended', 'machine_requested']);
    expect(story.is).toMatchObject({ status: 'queued', lease: null, faultsInRow: 0 });
    // What it tells afterwards is evidence of a past lease.
    expect(kinds(story.factsOf(1, 'lif_a', ended({ ...story.item('a').attempts[0], id } as never, 'passed')).events)).toEqual([
      'evidence_recorded',
      'attempt_corrected',
    ]);
    story.claim('lif_b');
    story.facts(reconciled());
    expect(story.job.itemId).toBe('a');
    expect(story.job.id).not.toBe(id);
  });
  it.each(['pause', 'stop'] as const)('of a revoked runner ends a %s that waited for it', (kind) => {
    const story = working();
    story.does({ kind, actor: null });
    story.does({ kind: 'runner_gone', runnerId: 'rnr_lif_a' });
    expect(story.is).toMatchObject({ status: kind === 'stop' ? 'cancelled' : 'paused', lease: null, job: null });
  });
  it('is not given to another runner that names the holder’s life', () => {
    const story = working();
    const { events, answer } = story.does({
      ...{ kind: 'claim', runnerId: 'rnr_forger', runnerName: 'forger', lifeId: 'lif_a', fence: 1, leaseId: 'lse_forged' },
    });
    expect([events, answer?.kind]).toEqual([[], 'gone']);
  });
  it('is confirmed to its holder, and to nobody else', () => {
    const story = working();
    expect(story.does({ kind: 'confirm_lease', lifeId: 'lif_a', fence: 1 }).answer).toMatchObject({ held: true });
    expect(story.does({ kind: 'confirm_lease', lifeId: 'lif_b', fence: 1 }).answer).toMatchObject({ held: false });
    story.later(30_000).does({ kind: 'tick', lastHeardAt: null });
    story.claim('lif_b');
    expect(story.does({ kind: 'confirm_lease', lifeId: 'lif_a', fence: 1 }).answer).toMatchObject({ held: false });
  });
  it('lost five times in a row without an ended attempt asks a person', () => {
    const story = working();
    for (let life = 0; life < 4; life++) {
      story.does({ kind: 'life_ended', lifeId: story.is.lease?.lifeId ?? '' });
      story.claim(`lif_${life}`);
      story.facts(reconciled());
    }
    story.does({ kind: 'life_ended', lifeId: 'lif_3' });
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'person', reason: { code: 'FAULTS_IN_A_ROW' } } });
    expect(story.claim('lif_9').answer).toMatchObject({ kind: 'gone' });
    expect(kinds(story.does({ kind: 'resume', actor: null, plan: null }).events)).toEqual(['wait_ended', 'machine_requested']);
  });
});

describe('a lease begins with a look at the branch', () => {
  function taken(): { story: Story; lost: string } {
    const story = working();
    const lost = story.job.id;
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    return { story, lost };
  }
  it('which adopts a promotion that was ordered and never reported', () => {
    const { story } = taken();
    const { events } = story.facts(reconciled('c1', [{ chunkId: 'a', attempt: 1, commit: 'c1', verdict: 'pass' }]));
    expect(kinds(events)).toEqual(['chunk_adopted', 'chunk_completed', 'reconciled', 'chunk_started', 'job_ordered']);
    expect(story.item('a')).toMatchObject({ status: 'completed', commit: 'c1' });
    expect(story.is).toMatchObject({ head: 'c1', resetTo: null, job: { itemId: 'b' } });
  });
  it('which does not adopt what was never ordered, and resets the branch', () => {
    const { story } = taken();
    story.facts(reconciled('c2', [{ chunkId: 'b', attempt: 1, commit: 'c2', verdict: 'pass' }]));
    expect(story.is).toMatchObject({ head: 'base', resetTo: 'base', job: { itemId: 'a' } });
  });
  it('which may refuse: a wrong configuration ends the run with file and line', () => {
    const { story } = taken();
    const wrong = { code: 'CONFIGURATION_INVALID', message: 'unknown executor', file: '.handoff/config.yaml', line: 3 } as const;
    story.facts({ kind: 'reconcile_failed', atMs: 1, ...wrong });
    expect(story.is).toMatchObject({ status: 'failed', fault: 'machine', reason: { message: '.handoff/config.yaml:3: unknown executor' } });
  });
  it('which may fail for the machine alone: then it is tried again, and after the third fault in a row elsewhere', () => {
    const story = new Story();
    story.does(creating(chain));
    const failed = { kind: 'reconcile_failed', atMs: 1, code: 'INTERNAL', message: 'no idea', file: null, line: null } as const;
    for (const life of ['lif_a', 'lif_b']) {
      story.claim(life);
      story.facts(failed);
      expect(story.is).toMatchObject({ status: 'waiting', lease: null, wait: { waitFor: 'time', reason: { code: 'CANNOT_BEGIN' } } });
      story.later(10_000).does({ kind: 'tick', lastHeardAt: story.now });
      expect(story.is).toMatchObject({ status: 'queued', wait: null });
    }
    story.claim('lif_c');
    story.facts(failed);
    const message = '3 faults in a row, the last: no idea';
    expect(story.is).toMatchObject({ status: 'queued', lease: null, broke: { reason: { code: 'MACHINE_FAULTS', message } } });
  });
  it('which may fail for a full disk: then another machine is asked for, which is told why', () => {
    const { story } = taken();
    story.facts({ kind: 'reconcile_failed', atMs: 1, code: 'DISK_FULL', message: 'no space left', file: null, line: null });
    expect(story.is).toMatchObject({ status: 'queued', lease: null, wait: null, broke: { fence: 2, reason: { code: 'DISK_FULL' } } });
  });
});

describe('faults of a runner or provider spend no attempt', () => {
  it('a limit of the provider parks the run until it ends', () => {
    const story = working();
    story.facts(ended(story.job, 'provider_fault', { code: 'PROVIDER_LIMIT', retryAfterMs: 60_000 }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'time', untilAt: story.now + 60_000 } });
    expect(story.later(59_999).does({ kind: 'tick', lastHeardAt: story.now }).events).toEqual([]);
    expect(kinds(story.later(1).does({ kind: 'tick', lastHeardAt: story.now }).events)).toEqual(['wait_ended', 'job_ordered']);
    expect(story.item('a').spent).toBe(0);
    expect(story.job.attempt).toBe(2);
  });
  it('what only a person can mend waits for a person', () => {
    const story = working();
    story.facts(ended(story.job, 'provider_fault', { code: 'PROVIDER_DOWN' }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'person', reason: { code: 'PROVIDER_DOWN' } } });
    expect(kinds(story.does({ kind: 'resume', actor: null, plan: null }).events)).toEqual(['wait_ended', 'job_ordered']);
  });
  it.each(['PROVIDER_AUTH', 'AGENT_MISSING', 'DISK_FULL'] as const)(
    'with %s the machine gives the run back, and another goes on',
    (code) => {
      const story = working();
      const { fence, runnerId } = story.is.lease ?? { fence: 0, runnerId: '' };
      story.facts(ended(story.job, code === 'PROVIDER_AUTH' ? 'provider_fault' : 'runner_fault', { code }));
      expect(story.is).toMatchObject({ status: 'queued', lease: null, job: null, broke: { runnerId, fence, reason: { code } } });
      expect(newsOf(story.is).lastJob).toMatchObject({ code, runnerId });
      story.does({ kind: 'claim', leaseId: 'l9', runnerId: 'r9', runnerName: 'Nine', lifeId: 'life-9', fence: null });
      expect(story.is).toMatchObject({ status: 'running', broke: null, reason: null });
      expect(story.item('a').spent).toBe(0);
    },
  );
  it('what goes wrong on the machine is tried again there, and after the third in a row another goes on', () => {
    const story = working();
    const { fence, runnerId } = story.is.lease ?? { fence: 0, runnerId: '' };
    const broken = () => story.facts(ended(story.job, 'runner_fault', { code: 'INTERNAL', message: 'git broke' }));
    broken();
    expect(story.is).toMatchObject({ status: 'running', job: { itemId: 'a', attempt: 2 } });
    broken();
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'time' } });
    story.later(60_000).does({ kind: 'tick', lastHeardAt: story.now });
    broken();
    const message = '3 faults in a row, the last: git broke';
    expect(story.is).toMatchObject({
      status: 'queued',
      lease: null,
      broke: { runnerId, fence, reason: { code: 'MACHINE_FAULTS', message } },
    });
    story.claim('lif_b');
    story.facts(reconciled());
    broken();
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'time' } });
    expect(story.item('a').spent).toBe(0);
  });
  it('a broken repository ends the run', () => {
    const story = working();
    story.facts(ended(story.job, 'runner_fault', { code: 'REPOSITORY_BROKEN' }));
    expect(story.is).toMatchObject({ status: 'failed', fault: 'machine' });
  });
  it('a branch that moved is reset, and the work is tried again', () => {
    const story = working();
    story.facts(...passing(story.job));
    story.facts(ended(story.job, 'runner_fault', { code: 'BRANCH_MOVED' }));
    expect(story.is).toMatchObject({ status: 'running', resetTo: 'commit-a-1', job: { itemId: 'b', attempt: 2 } });
  });
  it('a runner that hands its work back gives up the lease', () => {
    const story = working();
    expect(kinds(story.facts(ended(story.job, 'stopped')).events)).toEqual(['attempt_ended', 'lease_ended', 'machine_requested']);
  });
});

describe('a person', () => {
  const pause = { kind: 'pause', actor: null } as const;
  const resume = { kind: 'resume', actor: null, plan: null } as const;
  const stop = { kind: 'stop', actor: null } as const;

  it('pauses: the step in hand ends first', () => {
    const story = working();
    expect(kinds(story.does(pause).events)).toEqual(['pause_requested']);
    expect(kinds(story.facts({ kind: 'job_held', atMs: 3, jobId: story.job.id, next: 'verify' }).events)).toEqual([
      'job_held',
      'run_paused',
    ]);
    expect(story.does(pause).events).toEqual([]);
    expect(kinds(story.does(resume).events)).toEqual(['run_resumed']);
    expect(story.is).toMatchObject({ status: 'running', job: { held: false } });
  });
  it('pauses: a job that ends instead is the last', () => {
    const story = working();
    story.does(pause);
    const { events } = story.facts(...passing(story.job));
    expect(kinds(events)).toEqual(['review_ended', 'attempt_ended', 'chunk_completed', 'run_paused']);
    expect(kinds(story.does(resume).events)).toEqual(['run_resumed', 'chunk_started', 'job_ordered']);
  });
  it('pauses a run that nobody works on at once, and a resume asks for a machine', () => {
    const story = new Story();
    story.does(creating(chain));
    expect(kinds(story.does(pause).events)).toEqual(['pause_requested', 'run_paused']);
    expect(story.claim().answer).toMatchObject({ kind: 'gone' });
    expect(kinds(story.does(resume).events)).toEqual(['run_resumed', 'machine_requested']);
  });
  it('pauses: a provider limit that has not ended is still waited for afterwards', () => {
    const story = working();
    story.facts(ended(story.job, 'provider_fault', { code: 'PROVIDER_LIMIT', retryAfterMs: 60_000 }));
    story.does(pause);
    story.does(resume);
    expect(story.is.status).toBe('waiting');
  });
  it('stops: with a job out the run is stopping until it is reported', () => {
    const story = working();
    expect(kinds(story.does(stop).events)).toEqual(['stop_requested']);
    expect(kinds(story.facts(ended(story.job, 'stopped')).events)).toEqual(['attempt_ended', 'lease_ended', 'run_cancelled']);
    expect(story.item('a').status).toBe('cancelled');
  });
  it('stops: at the latest when the lease ends; a result after that is evidence', () => {
    const story = working();
    const old = story.job;
    story.does(stop);
    const { events } = story.later(30_000).does({ kind: 'tick', lastHeardAt: null });
    expect(kinds(events)).toEqual(['lease_lapsed', 'attempt_lost', 'lease_ended', 'run_cancelled']);
    expect(kinds(story.factsOf(1, 'lif_a', ...passing(old)).events)).toEqual([
      'evidence_recorded',
      'evidence_recorded',
      'attempt_corrected',
    ]);
    expect(story.is.status).toBe('cancelled');
  });
  it('stops a run that nobody works on at once', () => {
    const story = new Story();
    story.does(creating(chain));
    expect(kinds(story.does(stop).events)).toEqual(['stop_requested', 'run_cancelled']);
  });
  it('stops: a chunk that passed meanwhile stays completed', () => {
    const story = working();
    story.does(stop);
    story.facts(...passing(story.job));
    expect(story.is).toMatchObject({ status: 'cancelled', totals: { passed: 1 } });
  });
  it('resumes a stopped run: the same run, what was completed is not done again', () => {
    const story = working();
    story.facts(...passing(story.job));
    story.does(stop);
    story.facts(ended(story.job, 'stopped'));
    expect(kinds(story.does(resume).events)).toEqual(['run_reopened', 'machine_requested']);
    story.claim('lif_b');
    story.facts(reconciled('commit-a-1', [{ chunkId: 'a', attempt: 1, commit: 'commit-a-1', verdict: 'pass' }]));
    expect(story.job).toMatchObject({ itemId: 'b', fence: 2 });
  });
  it('resumes a failed run: the failed chunk has its attempts back', () => {
    const story = working(chain, { maxIterations: 1 });
    story.facts(ended(story.job, 'checks_failed'));
    expect(story.is.status).toBe('failed');
    story.does(resume);
    expect(story.item('a')).toMatchObject({ status: 'pending', spent: 0 });
    expect(story.is.totals.failed).toBe(0);
  });
  it('resumes with a changed plan: new chunks join, removed ones are gone', () => {
    const story = working();
    story.facts(...passing(story.job));
    story.does(stop);
    story.facts(ended(story.job, 'stopped'));
    const items = [planned('a', [], { status: 'completed' }), planned('c', ['a'], { title: 'New' })];
    story.does({ kind: 'resume', actor: null, plan: { specPiece: 'piece-spec-2', items } });
    expect(story.is.items.map((item) => [item.id, item.status])).toEqual([
      ['a', 'completed'],
      ['c', 'pending'],
    ]);
  });
  it('cannot resume a completed run', () => {
    const story = working([planned('a')]);
    story.facts(...passing(story.job));
    expect(story.refused(resume).code).toBe('RUN_COMPLETED');
  });
  it.each([pause, stop])('cannot $kind a run at rest', (wish) => {
    const story = working();
    story.does(stop);
    story.facts(ended(story.job, 'stopped'));
    expect(story.refused(wish).code).toBe('RUN_NOT_ACTIVE');
  });
  it('retries a failed chunk, and only a failed one', () => {
    const story = working(chain, { maxIterations: 1 });
    expect(story.refused({ kind: 'retry', chunkId: 'a', actor: null, plan: null }).code).toBe('CHUNK_NOT_FAILED');
    story.facts(ended(story.job, 'checks_failed'));
    const { events } = story.does({ kind: 'retry', chunkId: 'a', actor: null, plan: null });
    expect(kinds(events)).toEqual(['chunk_reset', 'run_reopened', 'machine_requested']);
    story.claim('lif_b');
    story.facts(reconciled());
    expect(story.job).toMatchObject({ itemId: 'a', attempt: 2, continueFrom: null });
  });
  it('skips a failed chunk, and what depends on it goes on', () => {
    const story = working(chain, { maxIterations: 1 });
    story.facts(ended(story.job, 'checks_failed'));
    story.does({ kind: 'skip', chunkId: 'a', actor: null, plan: null });
    story.claim('lif_b');
    story.facts(reconciled());
    expect(story.job.itemId).toBe('b');
    expect(story.is.totals).toMatchObject({ failed: 0, skipped: 1 });
  });
  it('skips the last open chunk, and the run is completed', () => {
    const story = working([planned('a')], { maxIterations: 1 });
    story.facts(ended(story.job, 'checks_failed'));
    expect(kinds(story.does({ kind: 'skip', chunkId: 'a', actor: null, plan: null }).events).at(-1)).toBe('run_completed');
  });
  it('cannot skip the chunk in hand', () => {
    expect(working().refused({ kind: 'skip', chunkId: 'a', actor: null, plan: null }).code).toBe('CONFLICT');
  });
});

describe('money', () => {
  const limits = { maxCostMicros: 3_000_000, reserveCostMicros: 2_000_000 };
  it('is reserved before a job, what is left when that is less', () => {
    const story = working(chain, limits);
    expect(story.job.reservedMicros).toBe(2_000_000);
    story.facts(reviewed(story.job, 'pass'), ended(story.job, 'passed', { usage: usageOf(1_500_000) }));
    expect(story.job.reservedMicros).toBe(1_500_000);
  });
  it('that is used up makes the run wait for a person, who raises the limit', () => {
    const story = working(chain, limits);
    story.facts(reviewed(story.job, 'pass'), ended(story.job, 'passed', { usage: usageOf(3_000_001) }));
    expect(story.is).toMatchObject({ status: 'waiting', wait: { waitFor: 'person', reason: { code: 'BUDGET' } } });
    expect(story.is.wait?.reason.message).toBe('The run has spent $3.00 of its cost limit of $3.00. Raise the limit to go on.');
    expect(story.refused({ kind: 'raise_limits', maxCostMicros: 1, maxTokens: null, actor: null }).code).toBe('BAD_REQUEST');
    const { events } = story.does({ kind: 'raise_limits', maxCostMicros: 9_000_000, maxTokens: null, actor: null });
    expect(kinds(events)).toEqual(['limits_raised', 'wait_ended', 'chunk_started', 'job_ordered']);
  });
  it('of a lost job counts as spent', () => {
    const story = working(chain, limits);
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    story.facts(reconciled());
    expect(story.job.reservedMicros).toBe(1_000_000);
  });
  it('an attempt that used up its part goes on from its snapshot while there is room', () => {
    const story = working(chain, limits);
    story.facts(ended(story.job, 'over_budget', { usage: usageOf(2_000_000) }));
    expect(story.job).toMatchObject({ attempt: 2, continueFrom: 'tree-a-1', reservedMicros: 1_000_000 });
  });
  it('has tokens as a limit too', () => {
    const story = working(chain, { maxTokens: 100, reserveTokens: 100 });
    story.facts(...passing(story.job));
    expect(story.is.wait?.reason).toMatchObject({ code: 'BUDGET', message: expect.stringContaining('100 tokens') });
  });
});
