import { expect, test } from 'vitest';
import { tellStory } from '../../testing/story.ts';
import { activityOf } from './activity.ts';
import { EventLog } from './event-log.ts';

const events = tellStory('run_1', 'spc_1', 'running');
const last = events.length;

function logOf(from: number): EventLog {
  const log = new EventLog();
  log.put(events.slice(from - 1));
  return log;
}

test('a tool call stands once, with its newest state, in the order of that', () => {
  const entries = activityOf(logOf(1), 'run_1/chk_round/1/1', last);
  const calls = entries.flatMap((entry) => (entry.kind === 'tool_called' ? [`${entry.tool} ${entry.status}`] : []));
  expect(calls).toEqual(['read completed', 'grep completed', 'edit completed', 'bash completed', 'write completed', 'bash running']);
  expect(entries.map((entry) => entry.kind).slice(0, 2)).toEqual(['agent_started', 'tool_called']);
});

test('what other jobs did is not mixed in', () => {
  const entries = activityOf(logOf(1), 'run_1/chk_format/2/1', last);
  expect(new Set(entries.map((entry) => entry.jobId))).toEqual(new Set(['run_1/chk_format/2/1']));
});

test('a page that joined late shows what it has', () => {
  const entries = activityOf(logOf(last - 2), 'run_1/chk_round/1/1', last);
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.every((entry) => entry.seq >= last - 2)).toBe(true);
});
