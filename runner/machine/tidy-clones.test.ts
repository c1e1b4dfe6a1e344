import { existsSync, mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { USED_FILE } from '../git/clone.ts';
import { withRepositoryLock } from '../git/repository-lock.ts';
import { tidyClones } from './tidy-clones.ts';

const HOUR = 3_600_000;
const MB = 1024 ** 2;
const NOW = Date.UTC(2030, 0, 1);

/** Clones by name, each with the hours since it was used and its size in MB. */
function given(clones: Record<string, [number, number]>, working: string[] = []) {
  const dataDir = mkdtempSync(join(tmpdir(), 'specwright-clones-'));
  const pathOf = (name: string) => join(dataDir, 'clones', name);
  const use = (name: string, hours: number) => {
    const at = new Date(NOW - hours * HOUR);
    writeFileSync(join(pathOf(name), USED_FILE), '');
    utimesSync(join(pathOf(name), USED_FILE), at, at);
  };
  for (const [name, [hours, mb]] of Object.entries(clones)) {
    mkdirSync(join(pathOf(name), 'worktrees', ...(working.includes(name) ? ['run_a-1'] : [])), { recursive: true });
    writeFileSync(join(pathOf(name), 'pack'), Buffer.alloc(mb * MB, 1));
    use(name, hours);
  }
  const left = () => readdirSync(join(dataDir, 'clones')).sort();
  const tidy = (limit: number | null) => tidyClones({ dataDir, limit, keepMs: 100 * HOUR, leastMs: HOUR, now: NOW });
  return { left, tidy, pathOf, use };
}

test('what nobody has worked in for long goes; one with a worktree stays', async () => {
  const { left, tidy } = given({ old: [101, 0], used: [101, 0], young: [99, 0] }, ['used']);
  await tidy(null);
  expect(left()).toEqual(['used', 'young']);
});

test('above the limit the one used longest ago goes first, and no more than must', async () => {
  const { left, tidy } = given({ a: [30, 2], b: [20, 2], c: [10, 2] });
  const { gone, size } = await tidy(5 * MB);
  expect([left(), gone.length]).toEqual([['b', 'c'], 1]);
  expect(size).toBeGreaterThan(4 * MB - 1);
  expect(size).toBeLessThan(5 * MB);
});

test('however much they take, those in use or used a moment ago stay', async () => {
  const { left, tidy } = given({ working: [30, 2], opened: [0.5, 2] }, ['working']);
  await tidy(0);
  expect(left()).toEqual(['opened', 'working']);
});

test('one that is opened while it is about to go stays', async () => {
  const { tidy, pathOf, use } = given({ a: [200, 1] });
  let open: () => void = () => {};
  const held = new Promise<void>((done) => {
    open = done;
  });
  const opening = withRepositoryLock(pathOf('a'), () => held);
  const tidied = tidy(null);
  use('a', 0);
  open();
  await opening;
  expect((await tidied).gone).toEqual([]);
  expect(existsSync(pathOf('a'))).toBe(true);
});

test('with no clone there is nothing to do', async () => {
  expect(await tidyClones({ dataDir: tmpdir(), limit: 0, keepMs: 1, leastMs: 1, now: NOW })).toEqual({ gone: [], size: 0 });
});
