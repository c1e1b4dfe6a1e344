import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tidy } from './tidy.ts';

const HOUR = 3_600_000;
const MB = 1024 ** 2;
const NOW = Date.UTC(2030, 0, 1);

/** Folders by name, each with its age in hours and its size in MB. */
function given(worktrees: Record<string, [number, number]>) {
  const dataDir = mkdtempSync(join(tmpdir(), 'specwright-tidy-'));
  for (const [name, [hours, mb]] of Object.entries(worktrees)) {
    const path = join(dataDir, 'worktrees', name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'file'), Buffer.alloc(mb * MB, 1));
    utimesSync(path, new Date(NOW - hours * HOUR), new Date(NOW - hours * HOUR));
  }
  const left = () => readdirSync(join(dataDir, 'worktrees')).sort();
  const clean = (limit: number, inUse: string[] = []) =>
    tidy({ dataDir, isInUse: (run) => inUse.includes(run), limit, keepMs: 2 * HOUR, now: NOW });
  return { left, clean };
}

test('what is older than it may be goes, what is in use stays', async () => {
  const { left, clean } = given({ 'run_a-1': [3, 0], 'run_b-1': [3, 0], 'run_b-2': [1, 0], 'run_c-1': [1, 0] });
  await clean(0, ['run_b']);
  expect(left()).toEqual(['run_b-1', 'run_b-2', 'run_c-1']);
});

test('above the limit the oldest go first, and no more than must', async () => {
  const { left, clean } = given({ 'run_a-1': [1, 2], 'run_b-1': [0.5, 2], 'run_c-1': [0.1, 2] });
  await clean(5 * MB);
  expect(left()).toEqual(['run_b-1', 'run_c-1']);
});

test('however large it is, what is in use stays', async () => {
  const { left, clean } = given({ 'run_a-1': [9, 4], 'run_b-1': [0.1, 1] });
  await clean(1 * MB, ['run_a']);
  expect(left()).toEqual(['run_a-1']);
});
