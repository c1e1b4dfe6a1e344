import { describe, expect, it } from 'vitest';
import { depthOf } from './json-depth.ts';

describe('the depth of a JSON text', () => {
  it.each([
    ['1', 0],
    ['{}', 1],
    ['{"a":[{"b":1}],"c":{}}', 3],
    ['"[[[["', 0],
    ['{"a":"\\"[[["}', 1],
    ['["\\\\",[1]]', 2],
    ['['.repeat(10_000), 10_000],
  ])('%.30s', (text, depth) => {
    expect(depthOf(text)).toBe(depth);
  });
});
