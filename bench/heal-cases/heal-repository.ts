import { join } from 'node:path';
import { ROOT } from '../../scripts/run-step.ts';
import { makeRepository, type TestRepository } from '../../tests/support/repository.ts';
import type { HealCase } from './cases.ts';

export const HEAL_FOLDER = 'specs/001-heal';
export const HEAL_TASKS = `${HEAL_FOLDER}/tasks.md`;

export const sectionOf = ({ kind, name }: HealCase) => `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}: ${name}`;

/**
 * A repository whose phase has a batch a case: at first each goes wrong in its own way, found by a real check, then it is mended. The executor
 * `scripted` plays both parts; `tool` adds another, which then does what comes after the first attempt.
 */
export function makeHealRepository(folder: string, cases: HealCase[], tool = ''): TestRepository {
  const script = Object.fromEntries(
    cases.map((one, at) => [sectionOf(one), { id: idOf(at), folder: one.name, broken: one.broken, mended: one.mended ?? {} }]),
  );
  const files: Record<string, string> = {
    [`${HEAL_FOLDER}/spec.md`]: '# What goes wrong, and is mended\n',
    [`${HEAL_FOLDER}/plan.md`]: '# Plan\n\nEach folder is a thing of its own. The tests are there, and stay as they are.\n',
    [HEAL_TASKS]: tasksOf(cases),
    'check.sh': checkOf(cases),
  };
  for (const { name, given } of cases) for (const [file, text] of Object.entries(given)) files[`${name}/${file}`] = text;
  return makeRepository(folder, script, { config: configOf(join(folder, 'script.json'), tool), files });
}

function tasksOf(cases: HealCase[]): string {
  const sections = cases.map((one, at) => `## ${sectionOf(one)}\n\n- [ ] ${idOf(at)} In the folder ${one.name}: ${one.task}\n`);
  return `# Tasks\n\n${sections.join('\n')}`;
}

// A case is checked once its work has begun; whoever changes its tests has not mended it.
function checkOf(cases: HealCase[]): string {
  const each = cases.map(({ name, broken, check }) => {
    const first = Object.keys(broken)[0] ?? '';
    return `if ! git diff --quiet "$began" -- ${name}/${first} || [ -n "$(git ls-files --others -- ${name}/${first})" ]; then\n  (cd ${name} && ${check}) || { echo "${name} failed"; exit 1; }\nfi`;
  });
  const began = 'began=$(git rev-list --max-parents=0 HEAD | tail -n 1)';
  const guard = `git diff --quiet "$began" -- ':(glob)**/*.test.mjs' || { echo "The tests were changed."; exit 1; }`;
  return `#!/bin/sh\n${began}\n${guard}\n${each.join('\n')}\n`;
}

function configOf(scriptFile: string, tool: string): string {
  const agent = join(ROOT, 'bench', 'heal-cases', 'scripted-healer.mjs');
  const scripted = `{ id: scripted, name: Scripted, type: command, path: ${JSON.stringify(process.execPath)}, args: ${JSON.stringify([agent, scriptFile, HEAL_TASKS])} }`;
  const other = tool === '' ? '' : `\n    - ${tool}`;
  return `tools:\n  executors:\n    - ${scripted}${other}\ndefaults: { executor: scripted }\nchecks: [{ name: check, command: sh check.sh }]\n`;
}

const idOf = (at: number) => `T${String(at + 1).padStart(3, '0')}`;
