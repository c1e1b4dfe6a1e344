import { expect, test } from 'vitest';
import { SessionReader } from './map-events.ts';
import { partSchema } from './wire.ts';

const price = { input: 1, output: 10, cacheRead: 0.1 };
const reader = (more: object = {}) => new SessionReader({ sessionId: 's', price, ignored: [], now: () => 1_000_000, ...more });
const part = (fields: object) => ({
  type: 'message.part.updated',
  properties: { part: { id: 'p', sessionID: 's', messageID: 'm', ...fields } },
});
const tool = (state: object) => part({ type: 'tool', tool: 'bash', callID: 'c', state });
const step = (id: string) =>
  part({ id, type: 'step-finish', cost: 5, tokens: { input: 100, output: 10, reasoning: 5, cache: { read: 50, write: 1 } } });

test('events of other sessions say nothing', () => {
  const other = { type: 'session.idle', properties: { sessionID: 'other' } };
  expect(reader().read(other)).toEqual([]);
  expect(reader().read({ type: 'server.heartbeat', properties: {} })).toEqual([]);
  expect(reader().read({ type: 'session.idle', properties: { sessionID: 's' } })).toEqual([{ kind: 'idle' }]);
});

test('a tool is told at each change, and once', () => {
  const read = reader();
  const told = [
    tool({ status: 'pending', input: {} }),
    tool({ status: 'running', input: { command: 'ls' } }),
    tool({ status: 'running', input: { command: 'ls' }, metadata: { output: 'a\n' } }),
    tool({ status: 'running', input: { command: 'ls' }, metadata: { output: 'a\n' } }),
    tool({ status: 'completed', input: { command: 'ls' }, output: 'a\n\u001b[31mb\u001b[0m', title: 'Lists' }),
  ].flatMap((event) => read.read(event));
  expect(told).toMatchObject([
    { event: { status: 'pending', input: '' } },
    { event: { status: 'running', input: 'ls', output: '' } },
    { event: { status: 'running', output: 'a\n' } },
    { event: { status: 'completed', output: 'a\nb', title: 'Lists' } },
  ]);
});

test('usage is the sum of the steps, each counted once though it is read again', () => {
  const read = reader();
  for (const event of [step('1'), step('2'), step('1')]) read.read(event);
  expect(read.usage).toEqual({ inputTokens: 202, outputTokens: 30, cachedTokens: 100, steps: 2, costMicros: 2 * (101 + 150 + 5) });
});

test('the cost is the catalogue’s where we have no price, and unknown under a plan', () => {
  const unknown = reader({ price: null });
  unknown.read(step('1'));
  expect(unknown.usage.costMicros).toBe(5_000_000);
  const plan = reader({ price: 'plan' });
  plan.read(step('1'));
  expect(plan.usage).toMatchObject({ costMicros: null, steps: 1 });
});

test('text streams by deltas and is whole at its end', () => {
  const read = reader();
  const begun = part({ type: 'text', text: '' });
  const delta = { type: 'message.part.delta', properties: { sessionID: 's', messageID: 'm', partID: 'p', field: 'text', delta: 'Hi' } };
  const ended = part({ type: 'text', text: 'Hi', time: { end: 5 } });
  expect([begun, delta, ended, ended].flatMap((event) => read.read(event))).toEqual([
    { kind: 'event', event: { kind: 'text', part: 'p', role: 'text', delta: 'Hi' } },
    { kind: 'event', event: { kind: 'part_ended', part: 'p', role: 'text', text: 'Hi' } },
  ]);
  expect(read.text).toBe('Hi');
});

test('the prompt’s own parts and earlier messages are no words of the agent', () => {
  const read = reader({ ignored: ['m'] });
  expect(read.readPart(partSchema.parse({ id: 'p', messageID: 'm', type: 'text', text: 'old', time: { end: 1 } }))).toEqual([]);
});

test('a retry tells how long it waits', () => {
  const event = {
    type: 'session.status',
    properties: { sessionID: 's', status: { type: 'retry', attempt: 2, message: '429', next: 1_004_000 } },
  };
  expect(reader().read(event)).toEqual([{ kind: 'retry', message: '429', waitMs: 4000, attempt: 2 }]);
});

test('a permission or a question that is asked is told', () => {
  const asked = (type: string) => reader().read({ type, properties: { id: 'q', sessionID: 's' } });
  expect(asked('permission.asked')).toEqual([{ kind: 'permission', requestId: 'q' }]);
  expect(asked('question.asked')).toEqual([{ kind: 'question', request: { id: 'q', sessionID: 's', questions: [] } }]);
});
