import { expect, test } from 'vitest';
import { costOf, priceOf } from './prices.ts';

test('a price is found by the model’s id, with or without its provider', () => {
  expect(priceOf('zai/glm-5.3', null)).toEqual({ input: 1.4, output: 4.4, cacheRead: 0.26 });
  expect(priceOf('glm-5.3', null)).toEqual(priceOf('zai/glm-5.3', null));
  expect(priceOf('somebody/else', null)).toBeNull();
});

test('a price of one’s own wins', () => {
  expect(priceOf('zai/glm-5.3', { input: 1, output: 2 })).toEqual({ input: 1, output: 2 });
});

test('a model that a plan pays for has no price a call', () => {
  expect(priceOf('zai-coding-plan/glm-5.3', null)).toBe('plan');
});

test('a dollar a million tokens is a micro-dollar a token; caches cost as input where nothing else is said', () => {
  const tokens = { input: 1000, output: 100, cacheRead: 10_000, cacheWrite: 10 };
  expect(costOf(tokens, { input: 2, output: 3, cacheRead: 0.1 })).toBeCloseTo(2000 + 300 + 1000 + 20);
  expect(costOf(tokens, { input: 2, output: 3 })).toBe(2000 + 300 + 20_000 + 20);
});
