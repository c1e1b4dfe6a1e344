import { expect, test } from 'vitest';
import { findJson } from './find-json.ts';

test.each([
  ['bare', '{"a":1}'],
  ['with white space', '\n  {"a":1}\n'],
  ['fenced', 'Here it is:\n```json\n{"a":1}\n```\nThat is all.'],
  ['fenced without a language', '```\n{"a":1}\n```'],
  ['in the last of two fences', '```json\n{"b":2}\n```\nNo:\n```json\n{"a":1}\n```'],
  ['on the last line', 'I looked {at} it.\n{"a":1}'],
  ['between words', 'The answer is {"a":1}, I think.'],
  ['spread over lines after words', 'My verdict:\n{\n  "a": 1\n}'],
])('JSON is found %s', (_, text) => {
  expect(findJson(text)).toEqual({ a: 1 });
});

test.each(['', 'Looks good to me!', '{"a":', '42', 'use {braces} well'])('no JSON is found in %j', (text) => {
  expect(findJson(text)).toBeUndefined();
});
