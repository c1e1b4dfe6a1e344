import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataDirectory } from './data-directory.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'specwright-data-'));

test('a data directory is made with its parents, for its owner alone', () => {
  const { path, logs, runner } = openDataDirectory(join(folder(), 'a', 'b'));
  for (const made of [path, logs, runner]) expect(statSync(made).mode & 0o777).toBe(0o700);
  expect(openDataDirectory(path).path).toBe(path);
});

test('one that cannot be made is refused in a sentence', () => {
  const file = join(folder(), 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'below')]) expect(() => openDataDirectory(path)).toThrow(/can't be written .* --data-dir/);
});

test.skipIf(!existsSync('/proc/self'))('nor where the file system says that a folder which is there is not', () => {
  expect(() => openDataDirectory('/proc/specwright/data')).toThrow(/can't be written .* --data-dir/);
});
