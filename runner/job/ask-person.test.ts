import type { Answers, Question } from '@specwright/protocol/question.ts';
import { questionsSchema } from '@specwright/protocol/question.ts';
import { expect, test } from 'vitest';
import { makeJobControl } from '../session/job-control.ts';
import { makeAskPerson } from './ask-person.ts';
import type { FactDraft } from './job-context.ts';
import { makeMask } from './mask.ts';

const SECRET = 'sk-ant-REDACTED';
const never = new AbortController().signal;

function given() {
  const facts: FactDraft[] = [];
  const control = makeJobControl(() => {});
  const ask = makeAskPerson({
    jobId: 'job',
    mask: makeMask({ ANTHROPIC_API_KEY: SECRET }),
    report: (fact) => facts.push(fact),
    answersTo: control.answersTo,
  });
  const told = () =>
    facts.map((fact) => `${fact.kind} ${'questionId' in fact ? fact.questionId : ''} ${'reason' in fact ? fact.reason : ''}`.trim());
  return { facts, control, ask, told };
}

function questionOf(question: string, ...labels: string[]): Question {
  return { header: 'About', question, options: labels.map((label) => ({ label, description: '' })), multiple: false, custom: true };
}

/** Lets what waits go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('is told, waited for and closed; an answer that is said again after a reconnect counts once', async () => {
  const { ask, control, told } = given();
  const answers = ask([questionOf('Where?', 'A file')], never);
  await settle();
  expect(told()).toEqual(['question_asked job/q1']);
  control.answer('job/q0', [['Of before']]);
  control.answer('job/q1', [['A file']]);
  control.answer('job/q1', [['Another']]);
  expect(await answers).toEqual([['A file']]);
  expect(told()).toEqual(['question_asked job/q1', 'question_closed job/q1 answered']);
});

test('what is asked at the same time is asked one after the other', async () => {
  const { ask, control, told } = given();
  const both = Promise.all([ask([questionOf('First?')], never), ask([questionOf('Second?')], never)]);
  await settle();
  expect(told()).toEqual(['question_asked job/q1']);
  control.answer('job/q1', [['One']]);
  await settle();
  control.answer('job/q2', [['Two']]);
  expect(await both).toEqual([[['One']], [['Two']]]);
});

test.each<[string, (given: { stop(): void; leave(): void }) => void]>([
  ['the job is stopped', ({ stop }) => stop()],
  ['its agent is gone', ({ leave }) => leave()],
])('when %s nobody answers any more', async (_, happens) => {
  const { ask, control, told } = given();
  const agent = new AbortController();
  const answers = ask([questionOf('Where?')], agent.signal);
  await settle();
  happens({ stop: control.stop, leave: () => agent.abort() });
  expect(await answers).toBeNull();
  expect(told().at(-1)).toBe('question_closed job/q1 withdrawn');
  expect(await ask([questionOf('And now?')], AbortSignal.abort())).toBeNull();
});

test('is shown masked and cut, and answered as the agent meant it', async () => {
  const { ask, control, facts } = given();
  const long = 'x'.repeat(500);
  const answers = ask([questionOf(`Use ${SECRET}?`, `Yes, ${SECRET}`, long, '')], never);
  await settle();
  const [fact] = facts;
  if (fact?.kind !== 'question_asked') throw new Error('nothing was asked');
  expect(questionsSchema.safeParse(fact.questions).success).toBe(true);
  expect(JSON.stringify(fact)).not.toContain(SECRET);
  const labels = fact.questions[0]?.options.map(({ label }) => label) ?? [];
  expect(labels).toHaveLength(2);
  control.answer('job/q1', [labels] as Answers);
  expect(await answers).toEqual([[`Yes, ${SECRET}`, long]]);
});

test.each([[[]], [Array(11).fill(questionOf('Again?'))]])('%# nothing to ask, or too much at once, is not asked', async (questions) => {
  const { ask, facts } = given();
  expect(await ask(questions, never)).toBeNull();
  expect(facts).toEqual([]);
});
