import { newWords, wordsOwed } from '@specwright/protocol/obligations.ts';
import { orchestrationConfigSchema } from '@specwright/protocol/phase.ts';
import { answerProblem, type Question } from '@specwright/protocol/question.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { orchestrationView } from '@specwright/protocol/workflow-view.ts';
import { describe, expect, it } from 'vitest';
import { creating, ended, passing, reconciled } from './testing/samples.ts';
import { kinds, Story } from './testing/story.ts';

const ADA = { id: 'usr_1', name: 'Ada' };
const store: Question = {
  ...{ header: 'Store', question: 'Where is it kept?', multiple: false, custom: true },
  options: ['SQLite', 'A file'].map((label) => ({ label, description: '' })),
};
const seen = {
  ...{ folder: 'specs/001-x', files: { spec: true, plan: true, tasks: true }, problem: null, taskFile: 'specs/001-x/tasks.md' },
  ...{ dialect: 'spec-kit', rule: 'sections', counts: { total: 1, done: 0, open: 1 }, warnings: [], gate: null, baseBranch: 'main' },
  batches: [{ title: 'Setup', tasks: [{ key: 'T001', name: 'T001', title: 'Do it' }] }],
};

/** A batch is out, and a minute of work has passed. */
function working(): Story {
  const story = new Story();
  const config = orchestrationConfigSchema.parse({ skipAnalyze: true });
  story.does({ ...creating([], { maxHeals: 1, maxIterations: 2 }), plan: { kind: 'phase', specPiece: 'p', items: [], config } });
  story.claim();
  story.facts({ ...reconciled(), phase: seen } as RunnerFact);
  return story.later(60_000);
}

const asks = (story: Story, questionId = 'q1') =>
  story.facts({ kind: 'question_asked', atMs: 2, jobId: story.job.id, questionId, questions: [store] });
const has = (story: Story, questionId = 'q1') =>
  story.facts({ kind: 'question_closed', atMs: 3, jobId: story.job.id, questionId, reason: 'answered' });
const answering = (answers = [['SQLite']], questionId = 'q1') => ({ kind: 'answer', questionId, answers, actor: ADA }) as const;

describe('a question of an agent', () => {
  it('is shown, and the run’s clock stands until it is answered', () => {
    const story = working();
    asks(story);
    expect(story.is).toMatchObject({ activeMs: 60_000, activeSince: null, question: { id: 'q1', itemId: 'batch-1', questions: [store] } });
    expect(orchestrationView(story.is)).toMatchObject({ status: 'Waiting', question: { id: 'q1' } });
    story.later(3_600_000).does(answering());
    expect(story.is).toMatchObject({ activeMs: 60_000, activeSince: story.now, question: null });
    expect(
      orchestrationView(story.is)
        .decisions.map(({ decision, reason }) => [decision, reason])
        .slice(-2),
    ).toEqual([
      ['question', 'Setup: Where is it kept?'],
      ['answer', 'SQLite. By Ada.'],
    ]);
  });

  it('is answered to the runner at once, and again at each claim until its agent has the answer', () => {
    const story = working();
    asks(story);
    const before = story.is;
    story.does(answering());
    const said = { type: 'answer', jobId: story.job.id, questionId: 'q1', answers: [['SQLite']] };
    expect(newWords(before, story.is)).toEqual([said]);
    expect(wordsOwed(story.is)).toContainEqual(said);
    has(story);
    expect(wordsOwed(story.is)).not.toContainEqual(said);
    story.facts(...passing(story.job));
    expect(story.item('batch-1').status).toBe('completed');
  });

  it('takes its answers while its machine is silent; the life that comes back gets them', () => {
    const story = working();
    asks(story);
    story.later(60_000).does({ kind: 'tick', lastHeardAt: null });
    expect(story.is).toMatchObject({ lease: { state: 'lapsed' }, question: { id: 'q1' } });
    story.does(answering());
    story.claim('lif_a', 1);
    expect(wordsOwed(story.is)).toContainEqual(expect.objectContaining({ type: 'answer', questionId: 'q1' }));
  });

  it.each<[string, (story: Story) => void, string, string]>([
    ['a stop', (story) => story.does({ kind: 'stop', actor: null }), 'stopped', 'stopping'],
    ['the end of its process', (story) => story.does({ kind: 'life_ended', lifeId: 'lif_a' }), 'agent_gone', 'queued'],
    ['the end of its attempt', (story) => story.facts(ended(story.job, 'agent_failed')), 'withdrawn', 'running'],
    ['another question', (story) => asks(story, 'q2'), 'replaced', 'running'],
  ])('is closed by %s', (_, happens, reason, status) => {
    const story = working();
    asks(story);
    happens(story);
    expect(story.log.find((event) => event.kind === 'question_closed')).toMatchObject({ questionId: 'q1', reason });
    expect(story.is.status).toBe(status);
    expect(story.refused(answering())).toMatchObject({ code: 'QUESTION_CLOSED' });
  });

  it('is asked again by the attempt that another machine makes', () => {
    const story = working();
    asks(story);
    story.does({ kind: 'life_ended', lifeId: 'lif_a' });
    story.claim('lif_b');
    story.facts({ ...reconciled(), phase: seen } as RunnerFact);
    expect(story.job).toMatchObject({ itemId: 'batch-1', kind: 'do', attempt: 2 });
    asks(story, 'q2');
    story.does(answering([['A file']], 'q2'));
    expect(story.job.answered).toEqual({ questionId: 'q2', answers: [['A file']] });
  });

  it('stays open while the run pauses: the step that asks ends first', () => {
    const story = working();
    asks(story);
    story.does({ kind: 'pause', actor: null });
    expect(story.is).toMatchObject({ status: 'pausing', question: { id: 'q1' }, activeSince: null });
    story.does(answering());
    expect(story.is).toMatchObject({ status: 'pausing', activeSince: story.now });
  });

  it('that comes when the run is being stopped is not asked', () => {
    const story = working();
    story.does({ kind: 'stop', actor: null });
    expect(kinds(asks(story).events)).toEqual([]);
  });

  it.each<[string, string[][], string]>([
    ['answered twice', [['SQLite']], 'QUESTION_CLOSED'],
    ['answered with too few answers', [], 'BAD_REQUEST'],
    ['answered twice over', [['SQLite', 'A file']], 'BAD_REQUEST'],
  ])('is not %s', (_, answers, code) => {
    const story = working();
    asks(story);
    if (code === 'QUESTION_CLOSED') story.does(answering());
    expect(story.refused(answering(answers))).toMatchObject({ code });
  });
});

it.each<[Partial<Question>, string[], boolean]>([
  [{}, ['SQLite'], true],
  [{}, ['My own'], true],
  [{ custom: false }, ['My own'], false],
  [{ custom: false, options: [] }, ['My own'], true],
  [{ multiple: true }, ['SQLite', 'A file', 'And mine'], true],
])('of a question %j the answer %j fits: %s', (more, answer, fits) => {
  expect(answerProblem([{ ...store, ...more }], [answer]) === null).toBe(fits);
});
