// A coding agent that carries out a phase: the prompt comes on standard input. It writes a file for each task that the prompt names and ticks its
// box; it designs a phase where none is. Usage: phase-agent.mjs FOLDER WAIT_MS; it waits before the first attempt at an item, not before the others.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, waitMs] = process.argv.slice(2);
const prompt = readFileSync(0, 'utf8');
const key = /^Chunk: (\S+)/m.exec(prompt)?.[1] ?? '';
const attempt = Number(/^Job: \S+\/(\d+)\/\d+$/m.exec(prompt)?.[1] ?? 1);
if (attempt === 1) await new Promise((done) => setTimeout(done, Number(waitMs ?? 0)));

const taskFile = join(folder, 'tasks.md');
if (key === 'design') {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spec.md'), '# Spec\n');
  writeFileSync(join(folder, 'plan.md'), '# Plan\n');
  writeFileSync(taskFile, '# Tasks\n\n## One\n\n- [ ] T001 a\n- [ ] T002 b\n\n## Two\n\n- [ ] T003 c\n- [ ] T004 d\n');
}
if (key.startsWith('batch-') && existsSync(taskFile)) {
  let tasks = readFileSync(taskFile, 'utf8');
  for (const [, id] of prompt.matchAll(/^- (T\d+) /gm)) {
    writeFileSync(`${id}.txt`, `${id}\n`);
    tasks = tasks.replace(`[ ] ${id} `, `[x] ${id} `);
  }
  writeFileSync(taskFile, tasks);
}
process.stdout.write(`Did ${key}.\n`);
