import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import { expect, test } from 'vitest';
import { openJournal, runsWithJournals } from './journal.ts';

const fact = (message: string): RunnerFact => ({ kind: 'noticed', atMs: 1, jobId: null, level: 'info', message });
const folder = () => mkdtempSync(join(tmpdir(), 'specwright-journal-'));
const messages = (entries: { fact: RunnerFact }[]) => entries.map((entry) => (entry.fact.kind === 'noticed' ? entry.fact.message : ''));

test('facts are numbered densely under each fence and outlive the process', () => {
  const data = folder();
  const journal = openJournal(data, 'run');
  journal.add(1, fact('a'), []);
  journal.add(1, fact('b'), [{ hash: 'h', text: 'piece' }]);
  journal.add(2, fact('c'), []);
  journal.close();
  const again = openJournal(data, 'run');
  expect(again.fences()).toEqual([1, 2]);
  expect(again.above(1, 0).map((entry) => entry.number)).toEqual([1, 2]);
  expect(again.above(1, 1)[0]?.pieces).toEqual([{ hash: 'h', text: 'piece' }]);
  expect(again.add(2, fact('d'), []).number).toBe(2);
});

test('what was confirmed is forgotten, also by the next life', () => {
  const data = folder();
  const journal = openJournal(data, 'run');
  for (const name of ['a', 'b', 'c']) journal.add(1, fact(name), []);
  journal.confirm(1, 2);
  expect(messages(journal.above(1, 0))).toEqual(['c']);
  journal.close();
  expect(messages(openJournal(data, 'run').above(1, 0))).toEqual(['c']);
  expect(runsWithJournals(data)).toEqual(['run']);
  const again = openJournal(data, 'run');
  again.confirm(1, 3);
  expect(again.isEmpty()).toBe(true);
  again.close();
  expect(runsWithJournals(data)).toEqual([]);
});

test('a last line torn by a crash is skipped and swallows nothing after it', () => {
  const data = folder();
  const journal = openJournal(data, 'run');
  journal.add(1, fact('a'), []);
  journal.close();
  const path = join(data, 'journals', 'run.jsonl');
  appendFileSync(path, '{"fence":1,"number":2,"fact":{"kind":"noti');
  const again = openJournal(data, 'run');
  expect(messages(again.above(1, 0))).toEqual(['a']);
  again.add(1, fact('b'), []);
  again.close();
  expect(messages(openJournal(data, 'run').above(1, 0))).toEqual(['a', 'b']);
});

test('lines that are no facts are skipped', () => {
  const data = folder();
  openJournal(data, 'run').close();
  writeFileSync(join(data, 'journals', 'run.jsonl'), '{}\nnot json\n[1]\n\n');
  expect(openJournal(data, 'run').isEmpty()).toBe(true);
});

test('numbers go on above what the object holds', () => {
  const journal = openJournal(folder(), 'run');
  journal.startAbove(3, 17);
  expect(journal.add(3, fact('a'), []).number).toBe(18);
});

test('a piece travels once under each fence', () => {
  const journal = openJournal(folder(), 'run');
  const piece = { hash: 'h', text: 't' };
  expect(journal.add(1, fact('a'), [piece]).pieces).toEqual([piece]);
  expect(journal.add(1, fact('b'), [piece]).pieces).toEqual([]);
  expect(journal.add(2, fact('c'), [piece]).pieces).toEqual([piece]);
});

test('a journal that is removed leaves no file', () => {
  const data = folder();
  const journal = openJournal(data, 'run');
  journal.add(1, fact('a'), []);
  journal.remove();
  expect(() => readFileSync(join(data, 'journals', 'run.jsonl'))).toThrow(/ENOENT/);
});
