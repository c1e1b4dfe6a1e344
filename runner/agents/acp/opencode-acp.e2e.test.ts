import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findContainment } from '../../process/bubblewrap.ts';
import { findProcesses } from '../../process/process-table.ts';
import { taskFor } from '../../testing/given-task.ts';
import { answerJson, bash, type ScriptJob, type ScriptStep, startScriptedModel, write } from '../../testing/scripted-model.ts';
import type { Agent, AgentEvent, AgentPlace } from '../agent.ts';
import { ask } from '../ask.ts';
import { deferred } from '../deferred.ts';
import { openAgent } from '../open-agent.ts';
import { findOpencode } from '../opencode/binary.ts';
import { prepareHome } from '../opencode/home.ts';

// The real `opencode acp` with a scripted model behind it, configured as any agent of the protocol is.
const containment = await findContainment();
const scripts = new Map<string, (job: ScriptJob, step: number) => ScriptStep | null>();
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let root: string;
let place: AgentPlace;
let agent: Agent;

beforeAll(async () => {
  if (containment.kind === 'none') console.warn(`Left out: containment. ${containment.detail}`);
  model = await startScriptedModel((job, step) => scripts.get(job.chunk)?.(job, step) ?? null);
  // Not below /tmp, where all may write under bubblewrap.
  root = mkdtempSync("/var/tmp/specwright acp's ä ");
  const [worktree, home] = ['worktree', 'home'].map((name) => path.join(root, name)) as [string, string];
  for (const folder of [worktree, home]) mkdirSync(folder);
  const mark = `test-opencode-acp-${process.pid}`;
  const env = allowedEnvironment(process.env, mark, { HOME: home });
  place = { runId: 'run_1', worktree, home, env, mark, signal: new AbortController().signal };
  agent = await openAgent(await toolFor(), place, { SCRIPTED_KEY: model.token, PATH: process.env.PATH });
}, 60_000);

afterAll(async () => {
  await agent?.close();
  await model?.close();
  rmSync(root, { recursive: true, force: true });
});

async function toolFor(): Promise<ToolConfiguration> {
  // Without a limit opencode tells no cost.
  const one = { tool_call: true, limit: { context: 200_000, output: 8000 }, cost: { input: 1, output: 2 } };
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: model.url, apiKey: '{env:SCRIPTED_KEY}' },
    models: { 'scripted-1': one, 'scripted-2': one },
  };
  const config = { enabled_providers: ['scripted'], provider: { scripted: provider }, permission: { bash: 'ask' } };
  const { PATH = '', ...env } = await prepareHome(place.home, { PATH: process.env.PATH ?? '' });
  return {
    ...BARE_TOOL,
    id: 'any',
    type: 'acp',
    path: findOpencode(null, {})?.path ?? '',
    args: ['acp'],
    model: 'scripted/scripted-2',
    key: 'SCRIPTED_KEY',
    env: { ...env, PATH, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) },
  };
}

const plays = (chunk: string, ...steps: ScriptStep[]) => scripts.set(chunk, (_, step) => steps[step] ?? null);
const ours = () => findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null });

test('it carries out a task with its tools: permissions inside are given, outside refused; usage and cost are told', async () => {
  plays(
    'works',
    { text: 'I write.', ...write('src/a.txt', 'hello\n') },
    bash('cat src/a.txt; echo second'),
    write('/var/tmp/specwright-outside.txt', 'outside\n'),
    { text: 'All done here.' },
  );
  const task = taskFor('works');
  const end = await agent.run(task);
  expect(end).toMatchObject({ status: 'ok', message: '', text: 'All done here.', begun: 'new' });
  expect(readFileSync(path.join(place.worktree, 'src/a.txt'), 'utf8')).toBe('hello\n');
  expect(existsSync('/var/tmp/specwright-outside.txt')).toBe(false);
  expect(end.usage.steps).toBe(4);
  expect(end.usage.costMicros).toBeGreaterThan(0);
  expect(model.requests.at(-1)?.model).toBe('scripted-2');
  const tools = task.events.filter((event) => event.kind === 'tool');
  expect(tools.find(({ tool, status }) => tool === 'bash' && status === 'completed')).toMatchObject({ output: 'hello\nsecond\n' });
  expect(new Set(tools.map(({ status }) => status))).toEqual(new Set(['pending', 'running', 'completed', 'failed']));
  expect(agent).toMatchObject({ version: '1.18.33', forks: true });
});

test('a typed call goes on in its session, and in a fork of it, whose cost nobody tells apart', async () => {
  const schema = z.object({ decision: z.enum(['go', 'stop']) });
  scripts.set('decides', (_, step) => answerJson({ decision: step === 0 ? 'perhaps' : 'go' }));
  const first = taskFor('decides', { role: 'reader' });
  const answer = await ask(schema, first.prompt, { ...first, agent });
  expect(answer).toMatchObject({ ok: true, value: { decision: 'go' }, begun: 'new', usage: { steps: 2, costMicros: expect.any(Number) } });
  scripts.set('forked', () => answerJson({ decision: 'stop' }));
  const second = taskFor('forked', { role: 'reader' });
  const forked = await ask(schema, second.prompt, { ...second, agent, sessionId: answer.sessionId, fork: true });
  expect(forked).toMatchObject({ ok: true, value: { decision: 'stop' }, begun: 'forked', usage: { costMicros: null } });
  expect(forked.sessionId).not.toBe(answer.sessionId);
  // What was said before is known in the fork.
  expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('perhaps');
});

test.skipIf(containment.kind === 'none')('a reader cannot write in the worktree, by whatever tool', async () => {
  plays('reads', bash('echo x > by-shell.txt'), write('by-tool.txt', 'x'), { text: 'Tried.' });
  await agent.run(taskFor('reads', { role: 'reader' }));
  expect(existsSync(path.join(place.worktree, 'by-shell.txt'))).toBe(false);
  expect(existsSync(path.join(place.worktree, 'by-tool.txt'))).toBe(false);
});

test('a wrong key is the provider’s refusal; Stop in the middle of a tool leaves no process; after it the session goes on', async () => {
  scripts.set('refused', () => ({ fault: { kind: 'status', status: 401, message: 'Invalid API key' } }));
  expect(await agent.run(taskFor('refused'))).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_AUTH' });
  plays('sleeps', bash('sleep 355'));
  const asleep = deferred<void>();
  const stop = new AbortController();
  const onEvent = (event: AgentEvent) => event.kind === 'tool' && event.status === 'running' && asleep.resolve(undefined);
  const running = agent.run(taskFor('sleeps', { signal: stop.signal, onEvent }));
  await asleep.promise;
  stop.abort();
  const ended = await running;
  expect(ended.status).toBe('aborted');
  const left = ours().map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  expect(left.filter((line) => line.includes('sleep'))).toEqual([]);
  plays('goes-on', { text: 'Gone on.' });
  expect(await agent.run(taskFor('goes-on', { sessionId: ended.sessionId }))).toMatchObject({
    status: 'ok',
    text: 'Gone on.',
    begun: 'resumed',
  });
});
