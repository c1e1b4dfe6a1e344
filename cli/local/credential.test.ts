import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretInFile } from './credential.ts';

const file = () => join(mkdtempSync(join(tmpdir(), 'specwright-secret-')), 'owner-credential');

test('a secret is made once, for its owner alone', () => {
  const path = file();
  const secret = secretInFile(path, 'swo_');
  expect(secret).toMatch(/^swo_[\w-]{43}$/);
  chmodSync(path, 0o644);
  expect(secretInFile(path, 'swo_')).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['owner-credential']);
});

test.each(['', 'swo_cut-off-in-the-middle-of-its-text'])('a file that holds only %j gets a whole secret', (left) => {
  const path = file();
  writeFileSync(path, left);
  const secret = secretInFile(path, 'swo_');
  expect(secret).toMatch(/^swo_[\w-]{43}$/);
  expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`);
});
