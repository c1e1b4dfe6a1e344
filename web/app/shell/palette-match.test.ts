import { expect, test } from 'vitest';
import { matchEntries, type PaletteEntry } from './palette-match.ts';

const entry = (title: string): PaletteEntry => ({ id: title, group: 'project', title, detail: '', run: () => undefined });
const entries = ['storefront', 'old store', 'restore', 'some other one', 'docs'].map(entry);
const titles = (query: string) => matchEntries(entries, query).map((found) => found.title);

test('nothing typed keeps every entry in order', () => {
  expect(titles('')).toEqual(entries.map((it) => it.title));
});

test('beginnings come before words, words before parts, parts before scattered letters', () => {
  expect(titles('store').slice(0, 3)).toEqual(['storefront', 'old store', 'restore']);
  expect(titles('soo')).toContain('some other one');
});

test('what does not hold the letters is left out', () => {
  expect(titles('zzz')).toEqual([]);
});
