import type { OpenQuestion, Question } from '@specwright/protocol/question.ts';
import { answerProblem } from '@specwright/protocol/question.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import { describe, expect, test } from 'vitest';
import { EventLog } from '../live/event-log.ts';
import { answersOf, choose, chooseOwn, emptyDraft, leftDrafts } from './answer-draft.ts';
import { phaseCall } from './phase-calls.ts';
import { endOf } from './question-end.ts';

const options = ['a', 'b', 'c'].map((label) => ({ label, description: '' }));
const one: Question = { header: '', question: 'Which one?', options, multiple: false, custom: true };
const some: Question = { header: '', question: 'Which ones?', options, multiple: true, custom: true };
const free: Question = { header: '', question: 'What?', options: [], multiple: false, custom: true };
const strict: Question = { ...one, custom: false };

describe('answers as a person gives them', () => {
  test('one choice takes the place of another, and of own words', () => {
    const b = choose(choose(emptyDraft(), 'a', one), 'b', one);
    expect(answersOf([one], [b])).toEqual([['b']]);
    const own = { ...chooseOwn(b, true, one), text: ' mine ' };
    expect(answersOf([one], [own])).toEqual([['mine']]);
    expect(answersOf([one], [choose(own, 'c', one)])).toEqual([['c']]);
  });

  test('several choices keep the question’s order; own words stand beside them', () => {
    const draft = choose(choose(choose(emptyDraft(), 'c', some), 'a', some), 'b', some);
    expect(answersOf([some], [choose(draft, 'b', some)])).toEqual([['a', 'c']]);
    expect(answersOf([some], [{ ...chooseOwn(draft, true, some), text: 'd' }])).toEqual([['a', 'b', 'c', 'd']]);
  });

  test('free words are taken where there is nothing to choose, and nowhere else unasked', () => {
    const typed = { ...emptyDraft(), text: 'words' };
    expect(answersOf([free, one, strict], [typed, typed, { ...typed, own: true }])).toEqual([['words'], [], []]);
  });

  test('whatever is complete is what the run takes', () => {
    const drafts = [
      choose(emptyDraft(), 'a', one),
      { ...choose(emptyDraft(), 'b', some), own: true, text: 'x' },
      { ...emptyDraft(), text: 'y' },
    ];
    expect(answerProblem([one, some, free], answersOf([one, some, free], drafts))).toBeNull();
  });
});

describe('a question that closes', () => {
  const question: OpenQuestion = { id: 'q1', jobId: 'j', itemId: 'i', questions: [free], askedAt: 1 };
  const held = { q1: { question, drafts: [{ ...emptyDraft(), text: 'half a sen' }] } };

  test('loses nothing that was typed', () => {
    expect(leftDrafts(held, 'q1')).toEqual([]);
    expect(leftDrafts(held, null)).toEqual([held.q1]);
    expect(leftDrafts(held, 'q2')).toEqual([held.q1]);
    expect(leftDrafts({ q1: { question, drafts: [choose(emptyDraft(), 'a', one)] } }, null)).toEqual([]);
  });

  test('says who answered, or why nobody waits any more', () => {
    const of = { jobId: 'j', chunkId: 'i', questionId: 'q1', at: 1, v: 1 };
    const answered = { ...of, kind: 'question_answered', seq: 1, answers: [['a', 'b'], ['c']], actor: { id: 'u', name: 'Ada' } };
    const closed = (seq: number, reason: string) => ({ ...of, kind: 'question_closed', seq, reason });
    const told = (...events: object[]) => {
      const log = new EventLog();
      log.put(events as StoredEvent[]);
      return endOf(log, events.length, 'q1');
    };
    expect(told(answered, closed(2, 'answered'))).toBe('Ada answered: a, b; c.');
    expect(told(closed(1, 'agent_gone'))).toMatch(/machine of the agent is gone/);
    expect(told()).toMatch(/Nobody waits/);
  });
});

test('a wish is sent as the route takes it', () => {
  expect(phaseCall('run_1', { wish: 'raise', limits: { maxPerBatch: 9 } })).toEqual({
    ...{ method: 'POST', path: '/api/workflow/orchestrate/raise', body: { runId: 'run_1', maxPerBatch: 9 } },
  });
  expect(phaseCall('run_1', { wish: 'answer', questionId: 'q1', answers: [['a']] }).body).toEqual({
    runId: 'run_1',
    questionId: 'q1',
    answers: [['a']],
  });
});
