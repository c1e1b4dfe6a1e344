import { NO_USAGE } from '@specwright/protocol/usage.ts';
import { expect, test } from 'vitest';
import type { AgentEvent, AgentLimits } from './agent.ts';
import { deferred } from './deferred.ts';
import { type Clock, type Trip, watchLimits } from './watch-limits.ts';

const LIMITS: AgentLimits = { steps: 3, costMicros: 1000, tokens: 500, silentMs: 100, deadlineMs: 1000, outputBytes: 50 };

function clockByHand(): Clock & { pass(ms: number): void } {
  let now = 0;
  let waiting: { at: number; then: () => void }[] = [];
  return {
    now: () => now,
    later(ms, then) {
      const entry = { at: now + ms, then };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    pass(ms) {
      const until = now + ms;
      for (;;) {
        const next = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waiting = waiting.filter((other) => other !== next);
        now = next.at;
        next.then();
      }
      now = until;
    },
  };
}

function watched(limits: Partial<AgentLimits> = {}) {
  const clock = clockByHand();
  const trips: Trip[] = [];
  const watch = watchLimits({ ...LIMITS, ...limits }, (trip) => trips.push(trip), clock);
  return { clock, trips, watch, codes: () => trips.map(({ code, status }) => code ?? status) };
}

const text = (delta: string): AgentEvent => ({ kind: 'text', part: 'p', role: 'text', delta });
const usage = (more: object): AgentEvent => ({ kind: 'usage', usage: { ...NO_USAGE, ...more } });

test('an agent that says nothing is silent', () => {
  const { clock, codes } = watched();
  clock.pass(99);
  expect(codes()).toEqual([]);
  clock.pass(1);
  expect(codes()).toEqual(['AGENT_SILENT']);
});

test('each event begins the silence anew, until the deadline', () => {
  const { clock, codes, watch } = watched({ outputBytes: 1e6 });
  for (let at = 0; at < 990; at += 90) {
    clock.pass(90);
    watch.saw(text('x'));
  }
  expect(codes()).toEqual([]);
  clock.pass(10);
  expect(codes()).toEqual(['AGENT_TIMEOUT']);
});

test('a wait that the provider asked for is no silence', () => {
  const { clock, codes, watch } = watched();
  watch.saw({ kind: 'retry', reason: '429', waitMs: 300 });
  clock.pass(399);
  expect(codes()).toEqual([]);
  clock.pass(1);
  expect(codes()).toEqual(['AGENT_SILENT']);
});

test.each([
  ['steps', usage({ steps: 3 }), usage({ steps: 4 }), 'AGENT_STEP_LIMIT'],
  ['money', usage({ costMicros: 1000 }), usage({ costMicros: 1001 }), 'over_budget'],
  [
    'tokens',
    usage({ inputTokens: 400, outputTokens: 100, cachedTokens: 9999 }),
    usage({ inputTokens: 401, outputTokens: 100 }),
    'over_budget',
  ],
  ['output', text('x'.repeat(50)), text('x'), 'AGENT_FLOODED'],
])('the limit of %s holds exactly', (_, within, above, code) => {
  const { codes, watch } = watched();
  watch.saw(within);
  expect(codes()).toEqual([]);
  watch.saw(above);
  expect(codes()).toEqual([code]);
});

test('an unknown cost passes no limit of money', () => {
  const { codes, watch } = watched();
  watch.saw(usage({ costMicros: null }));
  expect(codes()).toEqual([]);
});

test('only the first limit is told, and none after the end', () => {
  const first = watched();
  first.watch.saw(usage({ steps: 9 }));
  first.watch.saw(usage({ costMicros: 9999 }));
  first.clock.pass(5000);
  expect(first.codes()).toEqual(['AGENT_STEP_LIMIT']);
  const ended = watched();
  ended.watch.stop();
  ended.clock.pass(5000);
  expect(ended.codes()).toEqual([]);
});

test('while a person is asked neither deadline nor silence runs', async () => {
  const { clock, watch, codes } = watched();
  clock.pass(60);
  const answer = deferred<string>();
  const waited = watch.waitFor(answer.promise);
  clock.pass(1_000_000);
  expect(codes()).toEqual([]);
  answer.resolve('SQLite');
  expect(await waited).toBe('SQLite');
  clock.pass(39);
  expect(codes()).toEqual([]);
  clock.pass(1);
  expect(codes()).toEqual(['AGENT_SILENT']);
});

test('a wait that ends after its task starts no clock', async () => {
  const { clock, watch, codes } = watched();
  const answer = deferred<null>();
  const waited = watch.waitFor(answer.promise);
  watch.stop();
  answer.resolve(null);
  await waited;
  clock.pass(10_000);
  expect(codes()).toEqual([]);
});
