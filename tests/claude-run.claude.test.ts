import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PASSED, type ScriptJob, type ScriptStep } from '../runner/demo/script.ts';
import { type AnthropicModel, startAnthropicModel } from './support/anthropic-model.ts';
import { claudeProgram } from './support/claude-program.ts';
import { type Deployment, deploy, eventsOf, makeSpec, startRun, untilRest } from './support/deployment.ts';
import { makeRepository, specOf, temporaryFolder } from './support/repository.ts';

const NEEDS_FIX = {
  verdict: 'needs_fix',
  summary: 'It says too little.',
  checks: [{ name: 'Reads well', passed: false, evidence: { text: 'one word', file: 'one.txt', line: 1 } }],
  requestedChanges: ['Say more.'],
};

let model: AnthropicModel;
let deployment: Deployment;
let folder: string;
/** The executor's tasks on chunk one, and the reviewer's, in the order in which they came. */
const seen: Record<'executor' | 'reviewer', string[]> = { executor: [], reviewer: [] };

beforeAll(async () => {
  folder = temporaryFolder('claude');
  mkdirSync(join(folder, 'home'));
  model = await startAnthropicModel((job, step) => (job.role === 'reviewer' ? review(job, step) : work(job, step)));
  const env = { HOME: join(folder, 'home'), SCRIPTED_CLAUDE_KEY: model.key, CLAUDE_PATH: claudeProgram() };
  deployment = await deploy(join(folder, 'data'), { env });
});

afterAll(async () => {
  await deployment?.stop();
  await model?.close();
});

const call = (name: string, args: Record<string, unknown>): ScriptStep => ({ calls: [{ name, args }] });
const bash = (command: string) => call('Bash', { command, description: 'Runs a command' });

/** Half the work; after the check failed, the rest; after the review, the fix. */
function work(job: ScriptJob, step: number): ScriptStep | null {
  if (!seen.executor.includes(job.jobId)) seen.executor.push(job.jobId);
  const steps = [
    [{ text: 'I begin.', ...call('Write', { file_path: 'one.txt', content: 'half\n' }) }],
    [call('Read', { file_path: 'one.txt' }), call('Edit', { file_path: 'one.txt', old_string: 'half', new_string: 'whole' })],
    [bash('echo and more >> one.txt')],
  ][seen.executor.indexOf(job.jobId)];
  return steps?.[step] ?? null;
}

function review(job: ScriptJob, step: number): ScriptStep | null {
  if (!seen.reviewer.includes(job.jobId)) seen.reviewer.push(job.jobId);
  if (step === 0) return call('Read', { file_path: 'one.txt' });
  return step === 1 ? call('StructuredOutput', seen.reviewer.indexOf(job.jobId) === 0 ? NEEDS_FIX : PASSED) : null;
}

function configuration(): string {
  const tool = `type: claude-code, model: opus, baseUrl: '${model.url}', key: SCRIPTED_CLAUDE_KEY`;
  return `tools:
  executors:
    - { id: claude, ${tool} }
  reviewers:
    - { id: judge, ${tool} }
defaults: { executor: claude, reviewer: judge }
checks:
  - { name: whole, command: grep whole one.txt }
`;
}

test('a chunk goes through execution, checks and review with the real claude, to one commit', async () => {
  const repository = makeRepository(folder, {}, { config: configuration() });
  const spec = await makeSpec(deployment.client, repository.path, specOf('Claude', { one: [] }));
  const state = await untilRest(deployment.client, await startRun(deployment.client, spec.id));
  expect(state.reason?.message ?? '').toBe('');
  expect(state.status).toBe('completed');
  expect(state.configuration).toMatchObject({ executor: { type: 'claude-code' }, reviewer: { type: 'claude-code' } });
  const results = state.items.flatMap((item) => item.attempts.map((attempt) => attempt.result));
  expect(results.sort()).toEqual(['checks_failed', 'needs_fix', 'passed']);
  expect(state.totals).toMatchObject({ passed: 1, fixes: 1, commits: 1 });
  expect(repository.git('show', `${state.branch}:one.txt`)).toBe('whole\nand more');
  expect(repository.subjects(state.branch)).toHaveLength(1);
  // Every request is a turn: 2 + 3 + 2 of the executor, 2 of each review.
  expect(model.requests).toHaveLength(11);
  expect(state.totals.usage).toMatchObject({ steps: 11, inputTokens: 11 * 1200, outputTokens: 11 * 100, cachedTokens: 11 * 500 });
  expect(state.totals.usage.costMicros).toBeGreaterThan(0);
  const events = JSON.stringify(await eventsOf(deployment.client, state.id));
  expect(events).toContain('I begin.');
  expect(events).toContain('Say more.');
  expect(events).not.toContain(model.key);
});
