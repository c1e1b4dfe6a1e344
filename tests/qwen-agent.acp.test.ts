import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { Agent, AgentPlace } from '../runner/agents/agent.ts';
import { ask } from '../runner/agents/ask.ts';
import { deferred } from '../runner/agents/deferred.ts';
import { openAgent } from '../runner/agents/open-agent.ts';
import { BARE_TOOL, type ToolConfiguration } from '../runner/configuration/tool-configuration.ts';
import { answerJson, type ScriptStep } from '../runner/demo/script.ts';
import { allowedEnvironment } from '../runner/process/allowed-environment.ts';
import { findProcesses } from '../runner/process/process-table.ts';
import { taskFor } from '../runner/testing/given-task.ts';
import { startScriptedModel } from '../runner/testing/scripted-model.ts';

// Qwen Code, an agent by others, with a scripted model behind it: nothing here knows of it but these lines of configuration.
const plays = new Map<string, ScriptStep[]>();
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let root: string;
let place: AgentPlace;
let agent: Agent;

beforeAll(async () => {
  const program = process.env.SPECWRIGHT_TEST_QWEN;
  if (!program) throw new Error('These tests drive a fetched agent: run them with npm run test:claude');
  model = await startScriptedModel((job, step) => plays.get(job.chunk)?.[step] ?? null);
  root = mkdtempSync("/var/tmp/specwright qwen's ä ");
  const [worktree, home] = ['worktree', 'home'].map((name) => path.join(root, name)) as [string, string];
  for (const folder of [worktree, home]) mkdirSync(folder);
  const mark = `test-qwen-${process.pid}`;
  const env = allowedEnvironment(process.env, mark, { HOME: home });
  place = { runId: 'run_1', worktree, home, env, mark, signal: new AbortController().signal };
  const tool: ToolConfiguration = {
    ...BARE_TOOL,
    id: 'qwen',
    type: 'acp',
    path: process.execPath,
    args: [program, '--acp'],
    model: 'scripted-1',
    key: 'OPENAI_API_KEY',
    env: { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'scripted-1' },
    price: { input: 1, output: 2 },
  };
  agent = await openAgent(tool, place, { OPENAI_API_KEY: model.token, PATH: process.env.PATH });
});

afterAll(async () => {
  await agent?.close();
  await model?.close();
  rmSync(root, { recursive: true, force: true });
});

const call = (name: string, args: Record<string, unknown>): ScriptStep => ({ calls: [{ name, args }] });
const shell = (command: string) => call('run_shell_command', { command, description: 'Runs a command', is_background: false });
const write = (file: string) => call('write_file', { file_path: file, content: 'hello\n' });
const ours = () => findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null });

test('it carries out a task: what it asks for inside is given, outside refused; its turns’ tokens are summed', async () => {
  const inside = path.join(place.worktree, 'src/a.txt');
  const outside = path.join(root, 'out.txt');
  plays.set('works', [
    { text: 'I write.', ...write(inside) },
    shell('cat src/a.txt; echo second > b.txt'),
    write(outside),
    { text: 'All done here.' },
  ]);
  const task = taskFor('works');
  const end = await agent.run(task);
  expect(end).toMatchObject({ status: 'ok', message: '', text: 'All done here.', begun: 'new' });
  expect(readFileSync(inside, 'utf8')).toBe('hello\n');
  expect(readFileSync(path.join(place.worktree, 'b.txt'), 'utf8')).toBe('second\n');
  expect(existsSync(outside)).toBe(false);
  expect(end.usage.steps).toBe(4);
  expect(end.usage.inputTokens).toBeGreaterThan(10_000);
  expect(end.usage.costMicros).toBe(end.usage.inputTokens + 2 * end.usage.outputTokens);
  const tools = task.events.filter((event) => event.kind === 'tool');
  expect(tools.find(({ tool, status }) => tool === 'run_shell_command' && status === 'completed')).toMatchObject({ output: 'hello' });
  expect(agent).toMatchObject({ version: '0.24.4', forks: false });
});

test('a typed call is asked again in its session, and a fork of it begins anew with the whole context', async () => {
  const schema = z.object({ decision: z.enum(['go', 'stop']) });
  plays.set('decides', [answerJson({ decision: 'perhaps' }), answerJson({ decision: 'go' })]);
  const task = taskFor('decides', { role: 'reader' });
  const answer = await ask(schema, task.prompt, { ...task, agent });
  expect(answer).toMatchObject({ ok: true, value: { decision: 'go' }, begun: 'new', usage: { steps: 2 } });
  plays.set('forked', [answerJson({ decision: 'stop' })]);
  const second = taskFor('forked', { role: 'reader' });
  const forked = await ask(schema, 'Only the end.', {
    ...second,
    agent,
    sessionId: answer.sessionId,
    fork: true,
    wholePrompt: second.prompt,
  });
  expect(forked).toMatchObject({ ok: true, value: { decision: 'stop' }, begun: 'new' });
});

test('a reader cannot write', async () => {
  const file = path.join(place.worktree, 'by-reader.txt');
  plays.set('reads', [write(file), shell('echo x > by-shell.txt'), { text: 'Tried.' }]);
  await agent.run(taskFor('reads', { role: 'reader' }));
  expect(existsSync(file)).toBe(false);
  expect(existsSync(path.join(place.worktree, 'by-shell.txt'))).toBe(false);
});

test('a wrong key is the provider’s refusal; Stop in the middle of a tool leaves no process, and the session goes on after it', async () => {
  plays.set('refused', [{ fault: { kind: 'status', status: 401, message: 'Invalid API key' } }]);
  expect(await agent.run(taskFor('refused'))).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_AUTH' });
  plays.set('sleeps', [shell('touch asleep.txt; sleep 356')]);
  const asleep = deferred<void>();
  const watcher = watch(place.worktree, (_, name) => name === 'asleep.txt' && asleep.resolve(undefined));
  const stop = new AbortController();
  const told = taskFor('sleeps', { signal: stop.signal });
  const running = agent.run(told);
  await asleep.promise;
  watcher.close();
  expect(told.events.at(-1)).toMatchObject({ kind: 'tool', status: 'running', input: 'touch asleep.txt; sleep 356' });
  stop.abort();
  const ended = await running;
  expect(ended.status).toBe('aborted');
  expect(
    ours()
      .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      .filter((line) => line.startsWith('sleep')),
  ).toEqual([]);
  plays.set('goes-on', [{ text: 'Gone on.' }]);
  expect(await agent.run(taskFor('goes-on', { sessionId: ended.sessionId }))).toMatchObject({
    status: 'ok',
    message: '',
    text: 'Gone on.',
    begun: 'resumed',
  });
});
