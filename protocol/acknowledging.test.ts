import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Acknowledging } from './acknowledging.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function given() {
  const said: number[] = [];
  const acknowledging = new Acknowledging((message) => said.push(JSON.parse(message).seq));
  acknowledging.begin(10);
  return { said, acknowledging };
}

it('tells the newest of a few within three quarters of a second, once', () => {
  const { said, acknowledging } = given();
  for (const seq of [11, 12, 13]) acknowledging.folded(seq);
  vi.advanceTimersByTime(249);
  expect(said).toEqual([]);
  vi.advanceTimersByTime(501);
  expect(said).toEqual([13]);
  acknowledging.folded(13);
  vi.runAllTimers();
  expect(said).toEqual([13]);
});

it('does not wait with a hundred', () => {
  const { said, acknowledging } = given();
  acknowledging.folded(110);
  expect(said).toEqual([110]);
  vi.runAllTimers();
  expect(said).toEqual([110]);
});

it('says nothing more to a socket that is closed', () => {
  const { said, acknowledging } = given();
  acknowledging.folded(11);
  acknowledging.end();
  vi.runAllTimers();
  expect(said).toEqual([]);
});
