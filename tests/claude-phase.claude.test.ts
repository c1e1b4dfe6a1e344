import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '@specwright/protocol/api.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ScriptJob, ScriptStep } from '../runner/demo/script.ts';
import { type AnthropicModel, startAnthropicModel } from './support/anthropic-model.ts';
import { claudeProgram } from './support/claude-program.ts';
import { type Deployment, deploy, until } from './support/deployment.ts';
import { doing, fiftyTasks, PHASE_FOLDER, SECTIONS, tasksAsked } from './support/fifty-tasks.ts';
import { makeRepository, temporaryFolder } from './support/repository.ts';

let model: AnthropicModel;
let deployment: Deployment;
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder('claude-phase');
  mkdirSync(join(folder, 'home'));
  model = await startAnthropicModel(work);
  const env = { HOME: join(folder, 'home'), SCRIPTED_CLAUDE_KEY: model.key, CLAUDE_PATH: claudeProgram() };
  deployment = await deploy(join(folder, 'data'), { env });
});

afterAll(async () => {
  await deployment?.stop();
  await model?.close();
});

const bash = (command: string): ScriptStep => ({ calls: [{ name: 'Bash', args: { command, description: 'Does the tasks' } }] });

/** Does what it is asked; of the second batch at first only two tasks, and says that all are done. */
function work(job: ScriptJob, step: number): ScriptStep | null {
  const ids = tasksAsked(job.prompt);
  if (job.role !== 'executor' || step > 0 || ids.length === 0) return null;
  return bash(doing(job.chunk === 'batch-2' && job.attempt === 1 ? ids.slice(0, 2) : ids));
}

const CONFIG = (url: string) => `tools:
  executors:
    - { id: claude, type: claude-code, model: opus, baseUrl: '${url}', key: SCRIPTED_CLAUDE_KEY }
defaults: { executor: claude }
checks: []
`;

test('a phase of 50 tasks with the real claude and the repository’s own command is healed once, and merged without a click', async () => {
  const command = '---\ndescription: Implements\n---\nThe command of this repository.\n\n$ARGUMENTS\n';
  const files = { ...fiftyTasks(), '.claude/commands/flow.implement.md': command };
  const repository = makeRepository(folder, {}, { config: CONFIG(model.url), files });
  const project = await deployment.client.post<Project>('/api/projects', {
    name: 'Phase',
    repository: { kind: 'path', path: repository.path, defaultBranch: null },
  });
  const body = { projectId: project.id, config: { autoMerge: true, skipAnalyze: true } };
  const { runId } = await deployment.client.post<StartedOrchestration>('/api/workflow/orchestrate', body);
  const state = await until(deployment.client, runId, (now) => isAtRest(now) || now.wait?.waitFor === 'person');
  expect(state.wait?.reason.message ?? state.reason?.message ?? '').toBe('');
  expect(state.status).toBe('completed');
  const batches = state.items.filter(({ phase }) => phase?.stage === 'implement');
  expect(batches.map(({ heals }) => heals)).toEqual([0, 1, 0, 0, 0]);
  const healed = batches[1]?.attempts ?? [];
  expect(healed[1]?.diagnosis).toMatchObject({ diagnosis: { healable: true } });
  expect(healed[1]?.session?.id).not.toBe(healed[0]?.session?.id);
  const said = model.requests.map((request) => JSON.stringify(request.messages));
  expect(said.some((text) => text.includes('/batch-2/1/') && text.includes('/batch-2/2/'))).toBe(true);
  const subjects = repository.git('log', '--reverse', '--format=%s', 'main').split('\n').slice(1);
  expect(subjects).toEqual(SECTIONS.map((title, at) => `Phase ${at + 1}: ${title}`));
  expect(repository.git('show', `main:${PHASE_FOLDER}/tasks.md`).match(/\[x\] T\d{3}/g)).toHaveLength(50);
  expect(state.totals.usage.costMicros).toBeGreaterThan(0);
  expect(said.filter((text) => text.includes('The command of this repository.')).length).toBeGreaterThanOrEqual(6);
});
