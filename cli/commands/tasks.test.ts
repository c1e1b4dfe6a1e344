import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = new URL('../main.ts', import.meta.url).pathname;
const run = (...args: string[]) => promisify(execFile)(process.execPath, [main, 'tasks', ...args]);

describe('specwright tasks', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tasks-')), 'tasks.md');
  writeFileSync(path, '# Tasks: Door\n## Frame\n- [x] T001 a\n- [ ] T002 b\n## Paint\n- [ ] T003 c\n- [~] T004 d\n- [ ]* T005 e\n');

  it('prints the batches and what is left', async () => {
    const { stdout } = await run(path);
    expect(stdout.split('\n')).toEqual([
      'Tasks: Door (spec-kit): 1 done, 2 open, 1 optional, 1 [~]',
      'Detected 2 batches by sections:',
      '  1. Frame: T002',
      '  2. Paint: T003',
      '',
    ]);
  });

  it('prints everything as JSON', async () => {
    const { stdout } = await run(path, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      dialect: 'spec-kit',
      done: 1,
      open: 2,
      optional: 1,
      other: { '~': 1 },
      leftOut: [],
      duplicates: [],
      warnings: [],
    });
  });

  it('says what is wrong in one sentence, with exit code 2', async () => {
    await expect(run(`${path}.absent`)).rejects.toMatchObject({ code: 2, stderr: `There is no file ${path}.absent.\n` });
    await expect(run(path, '--batch-size', '99')).rejects.toMatchObject({
      code: 2,
      stderr: '--batch-size takes a whole number from 1 to 50.\n',
    });
  });
});
