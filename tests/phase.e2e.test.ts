import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Project } from '@specwright/protocol/api.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import type { OrchestrationView, StartedOrchestration } from '@specwright/protocol/workflow-api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, ONE_OF_EACH } from '../bench/heal-cases/cases.ts';
import { makeHealRepository } from '../bench/heal-cases/heal-repository.ts';
import { type ScriptJob, type ScriptStep, startScriptedModel } from '../runner/testing/scripted-model.ts';
import { type Deployment, deploy, until } from './support/deployment.ts';
import { makeRepository, type TestRepository, temporaryFolder } from './support/repository.ts';

const FOLDER = 'specs/007-shop';
const SECTIONS = ['Setup', 'Core Components', 'Storage', 'Interface', 'Polish'];
const TASKS = SECTIONS.map((title, at) => ({
  title,
  ids: Array.from({ length: 10 }, (_, i) => `T${String(at * 10 + i + 1).padStart(3, '0')}`),
}));

const tasksFile = () =>
  `# Tasks\n\n${TASKS.map(({ title, ids }, at) => `## Phase ${at + 1}: ${title}\n\n${ids.map((id) => `- [ ] ${id} Do ${id}\n`).join('')}`).join('\n')}`;

/** What the model does with a batch, by the batch's id. */
type Play = (job: ScriptJob, step: number) => ScriptStep | null;

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let deployment: Deployment;
let play: Play | null = null;

const bash = (command: string): ScriptStep => ({ calls: [{ name: 'bash', args: { command, description: 'Works' } }] });

/** Does what the prompt names: a file for each task, and its box. */
function work(job: ScriptJob, step: number): ScriptStep | null {
  const ids = [...job.prompt.matchAll(/^- (T\d{3}) /gm)].map((found) => found[1] ?? '');
  if (step > 0 || ids.length === 0) return step === 0 ? { text: 'Nothing to change.' } : { text: 'Done.' };
  return bash(doing(ids));
}

const doing = (ids: string[]) =>
  ids.map((id) => `echo ${id} > ${id}.txt; sed -i 's/\\[ \\] ${id} /[x] ${id} /' ${FOLDER}/tasks.md`).join('; ');

beforeAll(async () => {
  model = await startScriptedModel((job, step) => play?.(job, step) ?? work(job, step));
  deployment = await deploy(join(temporaryFolder('phase'), 'data'), { env: { PHASE_MODEL_KEY: model.token } });
});
afterAll(async () => {
  await deployment?.stop();
  await model?.close();
});

async function given(name: string, files: Record<string, string> = {}): Promise<{ repository: TestRepository; projectId: string }> {
  const config = `tools:\n  executors:\n    - id: scripted\n      type: opencode\n      model: scripted\n      baseUrl: ${model.url}\n      key: PHASE_MODEL_KEY\n      api: openai\ndefaults:\n  executor: scripted\nchecks: []\n`;
  const repository = makeRepository(
    temporaryFolder(name),
    {},
    {
      config,
      files: { [`${FOLDER}/spec.md`]: '# Shop\n', [`${FOLDER}/plan.md`]: '# Plan\n', [`${FOLDER}/tasks.md`]: tasksFile(), ...files },
    },
  );
  const body = { name, repository: { kind: 'path', path: repository.path, defaultBranch: null } };
  const project = await deployment.client.post<Project>('/api/projects', body);
  return { repository, projectId: project.id };
}

async function start(projectId: string, config: Record<string, unknown> = {}): Promise<string> {
  const all = { skipAnalyze: true, ...config };
  return (await deployment.client.post<StartedOrchestration>('/api/workflow/orchestrate', { projectId, config: all })).runId;
}

const view = (runId: string) => deployment.client.get<OrchestrationView>(`/api/workflow/orchestrate/status?runId=${runId}`);
const settles = (runId: string) => until(deployment.client, runId, (state) => isAtRest(state) || state.wait?.waitFor === 'person');
const doneOn = (repository: TestRepository, branch: string) =>
  (repository.git('show', `${branch}:${FOLDER}/tasks.md`).match(/\[x\] T\d{3}/g) ?? []).length;

describe('a phase of 50 tasks in 5 batches, through the real opencode', () => {
  test('comes to Merge Ready without a click, and a person merges it', async () => {
    play = null;
    const { repository, projectId } = await given('ready');
    const runId = await start(projectId);
    await expect(start(projectId)).rejects.toThrow(/already in progress/);
    const state = await settles(runId);
    expect(state.wait?.reason.message ?? state.reason?.message).toMatch(/waits for a person/);
    const seen = await view(runId);
    expect(seen).toMatchObject({ status: 'Merge Ready', tasks: { done: 50, total: 50 }, batches: { total: 5 }, rule: 'sections' });
    expect(doneOn(repository, state.branch)).toBe(50);
    expect(repository.subjects(state.branch)).toEqual(SECTIONS.map((title, at) => `Phase ${at + 1}: ${title}`));
    await deployment.client.post('/api/workflow/orchestrate/merge', { runId, decision: 'not_yet' });
    expect((await view(runId)).status).toBe('Merge Ready');
    await deployment.client.post('/api/workflow/orchestrate/merge', { runId });
    expect((await until(deployment.client, runId, (now) => isAtRest(now))).status).toBe('completed');
    expect(existsSync(join(repository.path, 'T050.txt'))).toBe(true);
    expect(repository.git('status', '--porcelain')).toBe('');
    const folder = join(repository.path, '.specflow', 'workflows');
    const file = JSON.parse(readFileSync(join(folder, `orchestration-${runId}.json`), 'utf8'));
    expect(readdirSync(folder)).toHaveLength(1);
    expect(file).toMatchObject({ id: runId, status: 'complete', batches: { total: 5, current: 5 } });
    expect(file.batches.items[1]).toMatchObject({ section: 'Phase 2: Core Components', status: 'completed', healAttempts: 0 });
  });

  test('merges by itself onto a base that moved; a batch is healed with what remains', async () => {
    const prompts: string[] = [];
    play = (job, step) => {
      if (step === 0) prompts.push(job.prompt);
      if (job.chunk !== 'batch-2' || job.attempt > 1) return null;
      return step === 0 ? bash(doing(['T011', 'T012'])) : { text: 'All ten are done.' };
    };
    const { repository, projectId } = await given('healed');
    const runId = await start(projectId, { autoMerge: true });
    await until(deployment.client, runId, (_, event) => event?.kind === 'chunk_completed');
    repository.git('commit', '--quiet', '--allow-empty', '--message', 'Somebody else');
    const state = await settles(runId);
    expect(state.reason?.message ?? '').toBe('');
    expect(state.status).toBe('completed');
    expect(doneOn(repository, 'main')).toBe(50);
    expect(repository.git('log', '--format=%s', '-1', 'main')).toMatch(/^Merge branch/);
    const batch = state.items.find(({ id }) => id === 'batch-2');
    expect(batch).toMatchObject({ heals: 1, status: 'completed' });
    expect(batch?.attempts.map(({ kind, result }) => [kind, result])).toEqual([
      ['do', 'unconfirmed'],
      ['heal', 'passed'],
    ]);
    const heal = prompts.find((prompt) => prompt.includes('/batch-2/2/')) ?? '';
    expect(heal).toContain('Completed: T011, T012');
    expect(heal).not.toMatch(/^- T011 /m);
    expect(heal).toMatch(/^- T013 /m);
    // In a fork of the session that failed, after a diagnosis.
    const healing = model.requests.map((asked) => JSON.stringify(asked.messages)).filter((text) => text.includes('/batch-2/2/'));
    expect(healing.some((text) => text.includes('All ten are done.'))).toBe(true);
    expect(batch?.attempts[1]?.diagnosis).toMatchObject({ diagnosis: { healable: true } });
  });

  test('a batch that cannot be healed ends the run with its reason; Retry goes on from its work', async () => {
    let broken = true;
    play = (job, step) => (job.chunk === 'batch-3' && broken ? { text: step === 0 ? 'I did it all.' : 'Done.' } : null);
    const { repository, projectId } = await given('unhealed');
    const runId = await start(projectId, { autoMerge: true });
    const failed = await settles(runId);
    expect(failed.status).toBe('failed');
    expect(failed.reason?.message).toMatch(/Phase 3: Storage failed: .*Not done in .*T021.*One heal was tried/s);
    expect(doneOn(repository, failed.branch)).toBe(20);
    broken = false;
    await deployment.client.post('/api/workflow/orchestrate/retry', { runId });
    expect((await settles(runId)).status).toBe('completed');
    expect(doneOn(repository, 'main')).toBe(50);
  });

  test('design writes the phase first; a cancel in mid-batch keeps its work for Resume', async () => {
    let slow = true;
    const few = '# Tasks\n\n## Only\n\n- [ ] T001 a\n- [ ] T002 b\n';
    play = (job, step) => {
      const write = `mkdir -p ${FOLDER}; echo '# S' > ${FOLDER}/spec.md; printf '${few.replaceAll('\n', '\\n').replaceAll('- [', '%s [').replaceAll("'", '')}' - - > ${FOLDER}/tasks.md`;
      if (job.chunk === 'design') return step === 0 ? bash(write) : { text: 'Designed.' };
      if (job.chunk !== 'batch-1' || !slow) return null;
      return step === 0 ? bash(doing(['T001'])) : bash('sleep 30');
    };
    const { repository, projectId } = await given('designed');
    repository.git('rm', '--quiet', '-r', 'specs');
    repository.git('commit', '--quiet', '--message', 'Nothing yet');
    const runId = await start(projectId, { autoMerge: true });
    await until(
      deployment.client,
      runId,
      (_, event) => event?.kind === 'tool_called' && event.chunkId === 'batch-1' && event.input.startsWith('sleep'),
    );
    await deployment.client.post('/api/workflow/orchestrate/cancel', { runId });
    const cancelled = await until(deployment.client, runId, (now) => isAtRest(now));
    expect(cancelled).toMatchObject({ status: 'cancelled' });
    slow = false;
    await deployment.client.post('/api/workflow/orchestrate/resume', { runId });
    const state = await settles(runId);
    expect(state.reason?.message ?? '').toBe('');
    expect(state.items.map(({ id, status }) => [id, status])).toEqual(
      ['design', 'batch-1', 'verify', 'merge'].map((id) => [id, 'completed']),
    );
    expect(repository.git('ls-tree', '--name-only', 'main').split('\n')).toEqual(expect.arrayContaining(['T001.txt', 'T002.txt']));
    const prompt = model.requests.map((asked) => JSON.stringify(asked.messages)).findLast((text) => text.includes('/batch-1/2/')) ?? '';
    expect(prompt).toContain('- T002 b');
    expect(prompt).not.toContain('- T001 a');
  });

  test('four failures of different kinds are healed; the fifth cannot be, and ends the run with its reason', async () => {
    const repository = makeHealRepository(temporaryFolder('kinds'), ONE_OF_EACH);
    const body = { name: 'kinds', repository: { kind: 'path', path: repository.path, defaultBranch: null } };
    const { id: projectId } = await deployment.client.post<Project>('/api/projects', body);
    const runId = await start(projectId, { autoMerge: true });
    const state = await settles(runId);
    expect(state.reason?.message).toMatch(/^Contradiction: twice failed: .*check.*One heal was tried\.$/s);
    const batches = state.items.filter(({ phase }) => phase?.stage === 'implement');
    expect(batches.map(({ title, status, heals }) => [title.split(':')[0], status, heals])).toEqual([
      ...KINDS.map((kind) => [`${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`, 'completed', 1]),
      ['Contradiction', 'failed', 1],
    ]);
    expect(batches.map(({ attempts }) => attempts.map(({ kind, result }) => `${kind} ${result}`).join())).toEqual([
      ...KINDS.map(() => 'do checks_failed,heal passed'),
      'do checks_failed,heal checks_failed',
    ]);
    const seen = await view(runId);
    expect(seen).toMatchObject({ status: 'Failed', batches: { current: 5, total: 5 } });
    expect(seen.decisions.filter(({ decision }) => decision === 'heal')).toHaveLength(5);
  });

  test('its agent asks: the run waits, also for a machine that died meanwhile, and goes on in the same session with the answer', async () => {
    const options = ['SQLite', 'A file'].map((label) => ({ label, description: '' }));
    const asks: ScriptStep = { calls: [{ name: 'question', args: { questions: [{ header: 'Store', question: 'Where to?', options }] } }] };
    play = (job, step) => (job.chunk !== 'batch-1' ? null : step === 0 ? asks : step === 1 ? bash(doing(['T001'])) : { text: 'Done.' });
    const { projectId } = await given('asked', { [`${FOLDER}/tasks.md`]: '# Tasks\n\n## Only\n\n- [ ] T001 a\n' });
    const runId = await start(projectId, { autoMerge: true });
    const asked = async (than: string | null) =>
      (await until(deployment.client, runId, ({ question }) => question != null && question.id !== than)).question?.id ?? '';
    const first = await asked(null);
    expect(await view(runId)).toMatchObject({ status: 'Waiting', activeSince: null, question: { questions: [{ options }] } });
    deployment.killRunner();
    const questionId = await asked(first);
    const answer = (id: string) =>
      deployment.client.post('/api/workflow/orchestrate/answer', { runId, questionId: id, answers: [['A file']] });
    await expect(answer(first)).rejects.toThrow(/Nobody waits/);
    await answer(questionId);
    const state = await settles(runId);
    expect(state).toMatchObject({ status: 'completed', question: null });
    expect(state.items[0]?.attempts.map(({ result }) => result)).toEqual(['lost', 'passed']);
    const said = JSON.stringify(model.requests.findLast((asked) => JSON.stringify(asked.messages).includes('/batch-1/2/'))?.messages);
    expect(said).toContain('A file');
    expect((await view(runId)).decisions.map(({ decision }) => decision)).toEqual(
      expect.arrayContaining(['question', 'question closed', 'question', 'answer']),
    );
  });
});
