import { mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFleeting, writeOnce, writeWhole } from './write-whole.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'specwright-whole-'));

test.each([writeWhole, writeFleeting, writeOnce])('%o makes a file, and the folders to it, for its owner alone', (write) => {
  const file = join(folder(), 'not there yet', 'runner.json');
  write(file, 'ü\n');
  expect(readFileSync(file, 'utf8')).toBe('ü\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(file, '..'))).toEqual(['runner.json']);
});

test('a file is replaced; what may be made but once is not', () => {
  const file = join(folder(), 'key.json');
  writeWhole(file, 'first');
  writeOnce(file, 'second');
  expect(readFileSync(file, 'utf8')).toBe('first');
  writeWhole(file, 'third');
  expect(readFileSync(file, 'utf8')).toBe('third');
});

test.each([writeWhole, writeOnce])('%o removes what a process left that died before it was done, and no other file', (write) => {
  const dir = folder();
  const [left, fresh, others] = ['key.json-0123456789ab', 'key.json-ba9876543210', 'key.json-old'];
  for (const name of [left, fresh, others]) writeFileSync(join(dir, name), 'half of a secret');
  for (const name of [left, others]) utimesSync(join(dir, name), 1, 1);
  write(join(dir, 'key.json'), 'whole');
  expect(readdirSync(dir).sort()).toEqual(['key.json', fresh, others].sort());
});
