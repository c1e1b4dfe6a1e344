import { expect, it } from 'vitest';
import { looksLikeTasks } from './looks-like-tasks.ts';

it.each([
  ['# Tasks\n\n- [ ] T001 one\n', true],
  ['# Plan\r\n\r\n* [x] 1.1 done\r\n', true],
  ['1. [ ] numbered\n', true],
  ['# A spec\n\n- [ ] a box in its text\n\n## Chunks\n\n### a: A\n', false],
  ['# A spec\n\nwords, and [a link](x)\n', false],
  ['', false],
])('%j: %s', (text, is) => expect(looksLikeTasks(text)).toBe(is));
