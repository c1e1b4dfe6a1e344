import { creating, ended, passing, reconciled, reviewed, usageOf } from '../../durable-objects/spec-run/testing/samples.ts';
import { Story } from '../../durable-objects/spec-run/testing/story.ts';
import { orchestrationConfigSchema, type PhaseSeen } from '../../protocol/phase.ts';
import type { StoredEvent } from '../../protocol/run-event.ts';
import type { RunnerFact } from '../../protocol/runner-fact.ts';
import { DIFF_HASH, OUTPUT_HASH } from './story.ts';

/** Phases in each state that a page shows, told by the real state machine. */
const ADA = { id: 'usr_ada', name: 'Ada' };
const TITLES = ['Phase 1: Setup', 'Phase 2: Core Components', 'Phase 3: Storage', 'Phase 4: Interface'];
const WORDS = ['Write the parser', 'Add the model', 'Cover the edges with tests', 'Wire it up', 'Document it'];
const BATCHES = TITLES.map((title, at) => ({
  title,
  tasks: WORDS.map((word, i) => {
    const name = `T${String(at * 5 + i + 1).padStart(3, '0')}`;
    return {
      key: name,
      name,
      title: `${word} of ${title.slice(9).toLowerCase()} in src/${title.slice(9).toLowerCase().replace(' ', '-')}.ts`,
    };
  }),
}));
const GATE = {
  source: 'specs/007-shop/tasks.md, “Verification Gate: USER”',
  criteria: [
    'A person has paid with a test card in the browser',
    'The receipt shows the right sum in euros and dollars',
    'The old links still lead to their pages',
  ],
};

function seen(done: number, more: Partial<PhaseSeen> = {}): PhaseSeen {
  const open = BATCHES.map(({ title, tasks }) => ({ title, tasks: tasks.filter(({ name }) => Number(name.slice(1)) > done) }));
  return {
    ...{ folder: 'specs/007-shop', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/007-shop/tasks.md' },
    ...{
      dialect: 'specflow',
      rule: 'sections',
      batches: open.filter(({ tasks }) => tasks.length > 0),
      warnings: [],
      gate: null,
      baseBranch: 'main',
    },
    counts: { total: 24, done: done + 4, open: 20 - done },
    ...more,
  };
}

function begun(runId: string, more: Partial<PhaseSeen> = {}, config: Record<string, unknown> = {}): Story {
  const story = new Story();
  story.now = Date.now() - 25 * 60_000;
  const parsed = orchestrationConfigSchema.parse(config);
  const settings = { maxHeals: 1, maxIterations: 2, maxCostMicros: 50_000_000, reserveCostMicros: 5_000_000 };
  const given = {
    ...creating([], settings),
    runId,
    specId: 'phase:prj_1',
    specTitle: 'Complete Phase',
    branch: 'specwright/complete-phase-3f2a91bc',
  };
  const repository = { kind: 'path', path: "/home/ada/code/ada's shop", defaultBranch: 'main' } as const;
  story.does({ ...given, repository, actor: ADA, plan: { kind: 'phase', specPiece: 'p', items: [], config: parsed } });
  story.later(900).claim();
  story.facts({ ...reconciled('4f'.repeat(20)), phase: seen(0, more), clone: '/var/runner/clones/3f2a' } as RunnerFact);
  return story;
}

const DIFF = { diffPiece: DIFF_HASH, diffStat: { files: 3, added: 128, removed: 14 } };
const commit = (story: Story) => `${story.job.itemId.replace(/\W/g, '')}`.padEnd(12, 'c0ffee') + story.job.attempt;
const checked = (story: Story, exitCode: number): RunnerFact => ({
  ...{ kind: 'check_ended', atMs: 3, jobId: story.job.id, name: 'test', command: 'npm test', required: true, exitCode, durationMs: 4200 },
  ...{ piece: OUTPUT_HASH, tail: exitCode === 0 ? '' : '✗ keeps what was stored\n  expected 3 rows but got 2\n' },
});

function pass(story: Story, done: number, ms: number, more: Partial<PhaseSeen> = {}): void {
  const [review, end] = passing(story.job);
  const told = { ...DIFF, usage: usageOf(410_000, 52_000), durationMs: ms, commit: commit(story) };
  story
    .later(ms)
    .facts(
      checked(story, 0),
      { kind: 'phase_seen', atMs: 2, seen: seen(done, more) },
      review as RunnerFact,
      { ...(end as object), ...told } as RunnerFact,
    );
}

const UNCONFIRMED = 'Not done in specs/007-shop/tasks.md: T013, T014, T015. The agent ended well, but the repository does not say so.';

function fail(story: Story, message = UNCONFIRMED): void {
  const told = { ...DIFF, message, usage: usageOf(620_000, 71_000), durationMs: 95_000 };
  story
    .later(95_000)
    .facts(
      checked(story, 1),
      { kind: 'phase_seen', atMs: 2, seen: seen(12) },
      reviewed(story.job, 'fail'),
      ended(story.job, 'unconfirmed', told),
    );
}

function working(story: Story): void {
  const of = { atMs: 4, jobId: story.job.id };
  const call = (callId: string, tool: string, status: 'running' | 'completed', title: string): RunnerFact => ({
    ...{ kind: 'tool_called', ...of, callId, tool, status, title, input: title, output: '' },
  });
  story
    .later(800)
    .facts(
      { kind: 'step_started', ...of, step: 'prepare' },
      { kind: 'step_ended', ...of, step: 'prepare', ok: true, durationMs: 40, message: null },
    );
  story.facts({ kind: 'step_started', ...of, step: 'execute' });
  story.facts({
    kind: 'agent_started',
    ...of,
    role: 'executor',
    agent: 'opencode',
    type: 'opencode',
    version: '1.0',
    model: 'glm',
    sessionId: 's',
  });
  story.later(9000).facts(call('c1', 'read', 'completed', 'src/storage.ts'), call('c2', 'edit', 'completed', 'src/storage.ts'));
  story
    .later(4000)
    .facts(call('c3', 'bash', 'running', 'npm test -- storage'), { kind: 'usage_reported', ...of, usage: usageOf(150_000, 21_000) });
}

function toBatch(runId: string, number: number, more: Partial<PhaseSeen> = {}, config = {}): Story {
  const story = begun(runId, more, config);
  pass(story, 0, 48_000, more);
  for (let at = 1; at < number; at++) pass(story, at * 5, 150_000 + at * 60_000, more);
  return story;
}

function toMerge(runId: string, more: Partial<PhaseSeen> = {}, config = {}): Story {
  const story = toBatch(runId, 5, more, config);
  pass(story, 20, 61_000, more);
  return story;
}

const QUESTIONS = [
  {
    ...{ header: 'Database', question: 'Which database shall the shop use for its orders?', multiple: false, custom: true },
    options: [
      { label: 'SQLite', description: 'One file, no server; enough for one machine.' },
      { label: 'PostgreSQL', description: 'A server of its own; several machines may write.' },
    ],
  },
  {
    ...{ header: 'Currencies', question: 'Which currencies are shown?', multiple: true, custom: false },
    options: ['EUR', 'USD', 'GBP'].map((label) => ({ label, description: '' })),
  },
  { header: '', question: 'What is the shop called?', multiple: false, custom: true, options: [] },
];

function refused(runId: string, code: 'MERGE_CONFLICT' | 'CHECKOUT_IN_USE' | 'PUSH_REFUSED' | 'NO_BASE_BRANCH', message: string): Story {
  const story = toMerge(runId);
  story.does({ kind: 'merge', decision: 'merge', actor: ADA });
  story.later(4000).claim('lif_b');
  story.facts({ ...reconciled('4f'.repeat(20)), phase: seen(20) } as RunnerFact);
  story.facts(ended(story.job, 'merge_refused', { code, message, usage: usageOf(0), snapshot: null }));
  return story;
}

const tell: Record<string, (runId: string) => Story> = {
  ph_look: (id) => {
    const story = begun(id);
    story.log.splice(3);
    return story;
  },
  ph_run: (id) => {
    const story = toBatch(id, 3);
    working(story);
    return story;
  },
  ph_heal: (id) => {
    const story = toBatch(id, 3);
    fail(story);
    working(story);
    return story;
  },
  ph_ask: (id) => {
    const story = toBatch(id, 3);
    working(story);
    story.later(5000).facts({ kind: 'question_asked', atMs: 6, jobId: story.job.id, questionId: 'qst_1', questions: QUESTIONS });
    return story;
  },
  ph_merge: (id) => toMerge(id),
  ph_gate: (id) => toMerge(id, { gate: GATE }, { autoMerge: true }),
  ph_conflict: (id) =>
    refused(
      id,
      'MERGE_CONFLICT',
      'main has moved on, and specwright/complete-phase-3f2a91bc conflicts with it in: src/storage.ts, src/index.ts.',
    ),
  ph_checkout: (id) =>
    refused(
      id,
      'CHECKOUT_IN_USE',
      'main is checked out in your working folder, and git would not move it: Your local changes to src/index.ts would be overwritten.',
    ),
  ph_push: (id) => refused(id, 'PUSH_REFUSED', 'Merged onto main here, but origin refused the push: non-fast-forward.'),
  ph_nobase: (id) => refused(id, 'NO_BASE_BRANCH', 'The repository has a detached HEAD: there is no branch to merge onto.'),
  ph_failed: (id) => {
    const story = toBatch(id, 3);
    fail(story);
    fail(story, 'Not done in specs/007-shop/tasks.md: T014, T015. src/storage.ts imports "sqlite-fast", which is not there.');
    return story;
  },
  ph_notasks: (id) =>
    begun(id, { problem: 'specs/007-shop/tasks.md names no task: there is nothing to do.', batches: [] }, { skipDesign: true }),
  ph_budget: (id) => {
    const story = toBatch(id, 3);
    story.later(90_000).facts(
      ended(story.job, 'over_budget', {
        message: 'The call cost $5.02 of at most $5.00.',
        usage: usageOf(5_020_000, 700_000),
        durationMs: 90_000,
      }),
    );
    return story;
  },
  ph_paused: (id) => {
    const story = toBatch(id, 2, {}, { pauseBetweenBatches: true });
    return story;
  },
  ph_cancelled: (id) => {
    const story = toBatch(id, 3);
    working(story);
    story.does({ kind: 'stop', actor: ADA });
    story
      .later(700)
      .facts(ended(story.job, 'stopped', { message: 'Stopped by Ada.', usage: usageOf(200_000, 20_000), durationMs: 14_000 }));
    return story;
  },
  ph_machine: (id) => {
    const story = toBatch(id, 3);
    working(story);
    story.later(31_000).does({ kind: 'tick', lastHeardAt: story.now - 31_000 });
    return story;
  },
  ph_skipped: (id) => {
    const story = toBatch(id, 4);
    fail(story, 'Not done in specs/007-shop/tasks.md: T016, T017.');
    fail(story, 'Not done in specs/007-shop/tasks.md: T016, T017.');
    story.does({ kind: 'skip', chunkId: 'batch-4', actor: ADA, plan: null });
    story.later(700).claim('lif_b');
    story.facts({ ...reconciled('4f'.repeat(20)), phase: seen(15) } as RunnerFact);
    pass(story, 15, 30_000);
    return story;
  },
  ph_command: (id) => {
    const story = begun(id, {}, { command: 'review' });
    pass(story, 0, 30_000);
    return story;
  },
  ph_done: (id) => {
    const story = toMerge(id, {}, { autoMerge: true });
    story.later(500).facts(...passing(story.job));
    return story;
  },
};

export const phases: Record<string, StoredEvent[]> = Object.fromEntries(Object.entries(tell).map(([id, story]) => [id, story(id).log]));
