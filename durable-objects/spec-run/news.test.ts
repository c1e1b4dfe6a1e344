import type { RunNews } from '@specwright/protocol/run-news.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { News } from './news.ts';
import { creating, planned } from './testing/samples.ts';
import { Story } from './testing/story.ts';

const EVERY_MS = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A run whose cost grows by one whenever it is noted, and a dispatch that takes its time to hear of it. */
function telling(hear: () => Promise<void>) {
  const story = new Story();
  story.does(creating([planned('a')]));
  const { is } = story;
  const heard: RunNews[] = [];
  let costMicros = 0;
  const state = () => ({ ...is, totals: { ...is.totals, usage: { ...is.totals.usage, costMicros } } });
  const send = (news: RunNews) => {
    heard.push(news);
    return hear();
  };
  const news = new News({ state, send }, EVERY_MS);
  return {
    costs: () => heard.map((word) => word.costMicros),
    note() {
      costMicros += 1;
      news.note(Date.now());
    },
    noteUnchanged: () => news.note(Date.now()),
  };
}

const takes = (ms: number) => () => new Promise<void>((done) => setTimeout(done, ms));

describe('dispatch is told', () => {
  it('at once, then once in a while what is true by then', async () => {
    const run = telling(takes(0));
    run.note();
    run.note();
    run.note();
    expect(run.costs()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    expect(run.costs()).toEqual([1, 3]);
  });

  it('nothing that reads as before', async () => {
    const run = telling(takes(0));
    run.note();
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
    run.noteUnchanged();
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
    expect(run.costs()).toEqual([1]);
  });

  it.each([
    { it: 'less often while it is slow to hear', hearMs: 200, pauseMs: 2_000 },
    { it: 'at least each five times as long', hearMs: 900, pauseMs: 5_000 },
  ])('$it', async ({ hearMs, pauseMs }) => {
    const run = telling(takes(hearMs));
    run.note();
    await vi.advanceTimersByTimeAsync(hearMs);
    run.note();
    await vi.advanceTimersByTimeAsync(pauseMs - hearMs - 1);
    expect(run.costs()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(run.costs()).toEqual([1, 2]);
  });

  it('again of what it did not hear', async () => {
    const answers = [() => Promise.reject(new Error('reset')), takes(0)];
    const run = telling(() => (answers.shift() ?? takes(0))());
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => {});
    run.note();
    await vi.advanceTimersByTimeAsync(EVERY_MS);
    run.noteUnchanged();
    expect(run.costs()).toEqual([1, 1]);
    expect(complaints).toHaveBeenCalledOnce();
    complaints.mockRestore();
  });
});
