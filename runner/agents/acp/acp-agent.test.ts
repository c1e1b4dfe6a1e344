import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findProcesses } from '../../process/process-table.ts';
import type { Agent, AgentEvent, AgentPlace, AgentTask } from '../agent.ts';
import { ask } from '../ask.ts';
import { deferred } from '../deferred.ts';
import { openAgent } from '../open-agent.ts';

const PROGRAM = fileURLToPath(new URL('./stand-in-agent.mjs', import.meta.url));
const LIMITS = { steps: 40, costMicros: null, tokens: null, silentMs: 20_000, deadlineMs: 20_000, outputBytes: 500_000 };

let root: string;
let place: AgentPlace;
let log: string;
let agent: Agent | null = null;
let places = 0;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "specwright acp's ü "));
  const [worktree, home] = ['worktree', 'home'].map((name) => path.join(root, name)) as [string, string];
  mkdirSync(worktree);
  mkdirSync(home);
  log = path.join(home, 'log');
  const mark = `test-acp-${process.pid}-${places++}`;
  const env = allowedEnvironment(process.env, mark, { HOME: home });
  place = { runId: 'run_1', worktree, home, env, mark, signal: new AbortController().signal };
});

afterEach(async () => {
  await agent?.close();
  agent = null;
  expect(ours()).toEqual([]);
  rmSync(root, { recursive: true, force: true });
});

const ours = () => findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null });

async function open(more: Partial<ToolConfiguration> = {}): Promise<Agent> {
  const tool: ToolConfiguration = { ...BARE_TOOL, id: 'any', type: 'acp', path: PROGRAM, env: { STAND_IN_LOG: log }, ...more };
  agent = await openAgent(tool, place, {
    KEY: 'sk-test',
    GITHUB_TOKEN: 'ghp',
    HOME: '/home/me',
    PATH: process.env.PATH,
    SPECWRIGHT_CONTAIN: '0',
  });
  return agent;
}

function taskOf(play: string, more: Partial<AgentTask> = {}): AgentTask & { events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  const base = { jobId: 'run_1/chk_1/1/1', role: 'executor' as const, prompt: `PLAY ${play}`, sessionId: null, limits: LIMITS };
  return { ...base, signal: new AbortController().signal, onEvent: (event) => events.push(event), events, ...more };
}

const sent = () =>
  readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { method: string; params: Record<string, unknown> });

describe('a task', () => {
  test('is carried out: text, thoughts, tools with all their states, usage and cost', async () => {
    const task = taskOf('works');
    const end = await (await open()).run(task);
    expect(end).toMatchObject({ status: 'ok', text: 'Wrote the file.', sessionId: 's1', begun: 'new' });
    expect(end.usage).toEqual({ inputTokens: 1000, outputTokens: 300, cachedTokens: 200, steps: 2, costMicros: 10_000 });
    expect(readFileSync(path.join(place.worktree, 'made.txt'), 'utf8')).toBe('made\n');
    const tools = task.events.filter((event) => event.kind === 'tool');
    expect(tools).toMatchObject([
      { tool: 'bash', status: 'pending', input: '' },
      { tool: 'bash', status: 'running', input: 'echo hello' },
      { tool: 'bash', status: 'completed', input: 'echo hello', output: 'hello\n' },
    ]);
    const ended = task.events.flatMap((event) => (event.kind === 'part_ended' ? [[event.role, event.text]] : []));
    expect(ended).toEqual([
      ['thought', 'Hm.'],
      ['text', 'I write.'],
      ['text', 'Wrote the file.'],
    ]);
    expect(agent).toMatchObject({ version: '7.1', forks: false });
  });

  test('that goes on in its session costs what came after; an own price wins over the agent’s word; nothing known is null', async () => {
    const first = await (await open()).run(taskOf('works'));
    expect(await agent?.run(taskOf('works', { sessionId: first.sessionId }))).toMatchObject({
      begun: 'resumed',
      usage: { costMicros: 10_000 },
    });
    await agent?.close();
    expect(await (await open({ price: { input: 1, output: 2 } })).run(taskOf('works'))).toMatchObject({ usage: { costMicros: 1800 } });
    await agent?.close();
    expect(await (await open()).run(taskOf('says hello'))).toMatchObject({
      text: 'hello',
      usage: { inputTokens: 0, costMicros: null, steps: 1 },
    });
  });

  test('is put to the model that the tool names, in a mode that asks', async () => {
    await (await open({ model: 'large' })).run(taskOf('says x'));
    const settings = sent().filter(({ method }) => method.startsWith('session/set'));
    expect(settings.map(({ params }) => params)).toEqual([
      { sessionId: 's1', modelId: 'acme/large' },
      { sessionId: 's1', modeId: 'default' },
    ]);
    const end = await agent?.run(taskOf('says x', { model: 'gpt-9' }));
    expect(end).toMatchObject({
      status: 'runner_fault',
      code: 'CONFIGURATION_INVALID',
      message: expect.stringContaining('acme/small, acme/large'),
    });
  });

  test('asks a person by a form, field by field, and goes on with what was answered; where nobody can answer, it is cancelled', async () => {
    const form = {
      message: 'Set it up.',
      requestedSchema: {
        type: 'object',
        properties: {
          store: { type: 'string', title: 'Store', oneOf: [{ const: 'sqlite', title: 'SQLite' }] },
          ports: { type: 'array', items: { type: 'string', enum: ['80', '443'] } },
          retries: { type: 'integer', description: 'How often?' },
          strict: { type: 'boolean' },
          note: { type: 'string' },
        },
        required: ['store', 'ports', 'retries', 'strict'],
      },
    };
    const play = `elicits ${JSON.stringify(form)}`;
    const asked: unknown[] = [];
    const askPerson: AgentTask['askPerson'] = async (questions) => {
      asked.push(questions);
      return [['SQLite'], ['80', '443'], ['3'], ['No'], ['Leave this out']];
    };
    const opened = await open();
    const answered = await opened.run(taskOf(play, { askPerson }));
    const content = { store: 'sqlite', ports: ['80', '443'], retries: 3, strict: false };
    expect(JSON.parse(answered.text)).toEqual({ action: 'accept', content });
    expect(asked).toMatchObject([
      [
        { header: 'Store', question: 'Set it up.', options: [{ label: 'SQLite' }], multiple: false, custom: false },
        { header: 'ports', options: [{ label: '80' }, { label: '443' }], multiple: true },
        { header: 'retries', question: 'Set it up.\n\nHow often?', options: [], custom: true },
        { header: 'strict', options: [{ label: 'Yes' }, { label: 'No' }], custom: false },
        { header: 'note', options: [{ label: 'Leave this out' }], custom: true },
      ],
    ]);
    expect(JSON.parse((await opened.run(taskOf(play))).text)).toEqual({ action: 'cancel' });
    const wrong = await opened.run(taskOf(play, { askPerson: async () => [['SQLite'], ['80'], ['three'], ['Yes'], ['A note']] }));
    expect(JSON.parse(wrong.text)).toEqual({ action: 'decline' });
    const sure = taskOf('elicits {"message":"Sure?"}', { askPerson: async () => [['Yes']] });
    expect(JSON.parse((await opened.run(sure)).text)).toEqual({ action: 'accept', content: {} });
  });

  test('a stop ends the wait for a person', async () => {
    const stop = new AbortController();
    const given = deferred<AbortSignal>();
    const running = (await open()).run(
      taskOf('elicits {"message":"Sure?"}', {
        signal: stop.signal,
        askPerson: (_, signal) => {
          given.resolve(signal);
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
        },
      }),
    );
    const signal = await given.promise;
    stop.abort();
    expect(await running).toMatchObject({ status: 'aborted' });
    expect(signal.aborted).toBe(true);
  });

  test('offers the agent neither files nor terminals of ours', async () => {
    expect(await (await open()).run(taskOf('terminal'))).toMatchObject({ status: 'ok', text: '-32601 -32601' });
    expect(sent()[0]).toMatchObject({
      method: 'initialize',
      params: { clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false, elicitation: { form: {} } } },
    });
  });
});

describe('a session', () => {
  test('that this process does not know is loaded; what was said in it long ago is not told again', async () => {
    const task = taskOf('says new', { sessionId: 's-old' });
    const end = await (await open({ args: ['remembers'] })).run(task);
    expect(end).toMatchObject({ status: 'ok', text: 'new', sessionId: 's-old', begun: 'resumed' });
    expect(JSON.stringify(task.events)).not.toContain('long ago');
  });

  test('that is lost begins anew with the whole context, and spends nothing', async () => {
    const task = taskOf('says short', { sessionId: 's-gone', wholePrompt: 'All of it.' });
    expect(await (await open({ args: ['remembers'] })).run(task)).toMatchObject({ status: 'ok', begun: 'new', text: 'Got: All of it.' });
  });

  test('is forked where the agent can, else begun anew with the whole context', async () => {
    const fork = (id: string | null) => taskOf('says forked', { sessionId: id, fork: true, wholePrompt: 'All of it.' });
    expect(await (await open({ args: ['remembers'] })).run(fork('s-old'))).toMatchObject({
      begun: 'forked',
      sessionId: 's-old-fork',
      text: 'forked',
    });
    await agent?.close();
    const { sessionId } = await (await open()).run(taskOf('says x'));
    expect(await agent?.run(fork(sessionId))).toMatchObject({ begun: 'new', text: 'Got: All of it.' });
  });

  test('answers a typed call; an answer that does not fit is asked for again in it', async () => {
    const task = taskOf('says {"n":"one"}');
    const answer = await ask(z.object({ n: z.string() }), task.prompt, { ...task, agent: await open() });
    expect(answer).toMatchObject({ ok: true, value: { n: 'one' }, begun: 'new' });
    const wrong = await ask(z.object({ n: z.number() }), task.prompt, { ...task, agent: agent as Agent });
    expect(wrong).toMatchObject({ ok: false, code: 'INVALID_OUTPUT', usage: { steps: 2 } });
  });
});

describe('permissions', () => {
  const decide = async (calls: object[], role: AgentTask['role'] = 'executor') => {
    const end = await (await open()).run(taskOf(`asks ${JSON.stringify(calls)}`, { role }));
    return JSON.parse(end.text) as string[];
  };

  test('are given inside the worktree, and refused outside, for the web, for pushing and for what is not known', async () => {
    symlinkSync('/etc', path.join(place.worktree, 'link'));
    const inside = path.join(place.worktree, 'new', 'a.txt');
    expect(
      await decide([
        { kind: 'edit', locations: [{ path: inside }] },
        { kind: 'edit', locations: [{ path: 'src/a.txt' }] },
        { kind: 'execute', rawInput: { command: 'npm test; git diff src/push.ts' } },
        { kind: 'read', rawInput: { file_path: inside } },
      ]),
    ).toEqual(['yes', 'yes', 'yes', 'yes']);
    await agent?.close();
    expect(
      await decide([
        { kind: 'edit', locations: [{ path: inside }, { path: '/tmp/out.txt' }] },
        { kind: 'edit', locations: [{ path: 'link/passwd' }] },
        { kind: 'edit', rawInput: { filePath: '../a.txt' } },
        { kind: 'edit' },
        { kind: 'read', locations: [{ path: '/etc/hostname' }] },
        { kind: 'execute', rawInput: { command: 'ls', cwd: '/' } },
        { kind: 'execute', rawInput: { command: 'echo a && git -C . push' } },
        { kind: 'fetch', rawInput: { url: 'https://example.org' } },
        { kind: 'switch_mode' },
        { kind: 'other', title: 'Which one?' },
        { title: 'no kind' },
      ]),
    ).toEqual(Array(11).fill('no'));
  });

  test('that are refused do not end the task of an agent that gives up on them: it is told to go on', async () => {
    expect(await (await open()).run(taskOf('gives-up'))).toMatchObject({ status: 'ok', text: expect.stringContaining('Go on without it') });
  });

  test('of a reader are for reading alone; one that changes files is ended', async () => {
    const calls = ['read', 'search', 'edit', 'execute', 'delete'].map((kind) => ({ kind, locations: [{ path: 'a.txt' }] }));
    expect(await decide(calls, 'reviewer')).toEqual(['yes', 'yes', 'no', 'no', 'no']);
    expect(await agent?.run(taskOf('edits', { role: 'reader' }))).toMatchObject({
      status: 'failed',
      code: 'AGENT_GARBAGE',
      message: expect.stringContaining('Edit a.txt'),
    });
  });
});

describe('what goes wrong', () => {
  const whileRunning = async (play: string, then: (stop: AbortController) => void) => {
    const said = deferred<void>();
    const stop = new AbortController();
    const running = (await open()).run(
      taskOf(play, { signal: stop.signal, onEvent: (event) => event.kind === 'text' && said.resolve(undefined) }),
    );
    await said.promise;
    then(stop);
    return running;
  };

  test.each(['sleeps', 'deaf'])('Stop ends an agent that %s, and all its processes', async (play) => {
    expect(await whileRunning(play, (stop) => stop.abort())).toMatchObject({ status: 'aborted', sessionId: 's1' });
    expect(ours()).toEqual([]);
    expect(sent().at(-1)?.method).toBe('session/cancel');
    expect(await agent?.run(taskOf('says again'))).toMatchObject({ status: 'ok', text: 'again' });
  });

  test('Stop does not wait for an agent that is still starting', async () => {
    const stop = new AbortController();
    const running = (await open({ args: ['silent'] })).run(taskOf('works', { signal: stop.signal }));
    stop.abort();
    expect(await running).toMatchObject({ status: 'aborted' });
  });

  test('a crash in the middle is told with its last words, and the next task has a new process', async () => {
    expect(await (await open()).run(taskOf('crashes'))).toMatchObject({
      status: 'failed',
      code: 'AGENT_CRASHED',
      message: expect.stringMatching(/exit code 9.*segmentation fault/s),
    });
    expect(await agent?.run(taskOf('says again'))).toMatchObject({ status: 'ok' });
  });

  test.each([
    ['dies at once', { args: ['dies'] }, 'AGENT_CRASHED', /exit code 3.*no licence/s],
    ['is no agent', { path: '/bin/echo', args: ['hello'] }, 'AGENT_GARBAGE', /does not speak.*hello/s],
    ['floods', { args: ['floods'] }, 'AGENT_GARBAGE', /line 0/],
    ['is not there', { path: 'no-such-agent' }, 'AGENT_MISSING', /no program no-such-agent/],
  ])('a program that %s', async (_, more, code, message) => {
    expect(await (await open(more)).run(taskOf('works'))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('a line or two of its own between the messages is let pass; a flood of them is not', async () => {
    expect(await (await open({ args: ['chats'] })).run(taskOf('says x'))).toMatchObject({ status: 'ok' });
    expect(await agent?.run(taskOf('noise'))).toMatchObject({ status: 'failed', code: 'AGENT_GARBAGE' });
  });

  test.each([
    ['max_tokens', 'AGENT_GARBAGE'],
    ['max_turn_requests', 'AGENT_STEP_LIMIT'],
    ['refusal', 'AGENT_REFUSED'],
    ['cancelled', 'AGENT_CRASHED'],
  ])('a turn that stops for %s is %s', async (reason, code) => {
    expect(await (await open()).run(taskOf(`stops ${reason}`))).toMatchObject({ status: 'failed', code });
  });

  test.each([
    ['-32000 sign in first', 'PROVIDER_AUTH', /Stand-in login/],
    ['-32603 401 Invalid API key', 'PROVIDER_AUTH', /Invalid API key/],
    ['-32603 429 Rate limit reached', 'PROVIDER_LIMIT', /Rate limit/],
    ['-32603 503 overloaded', 'PROVIDER_DOWN', /overloaded/],
    ['-32603 the model x does not exist', 'CONFIGURATION_INVALID', /does not exist/],
    ['-32603 oh dear', 'AGENT_CRASHED', /oh dear/],
  ])('an error %s is %s', async (error, code, message) => {
    expect(await (await open()).run(taskOf(`fails ${error}`))).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('limits hold: turns, silence', async () => {
    expect(await (await open()).run(taskOf('loops', { limits: { ...LIMITS, steps: 5 } }))).toMatchObject({
      code: 'AGENT_STEP_LIMIT',
      usage: { steps: 6 },
    });
    expect(await agent?.run(taskOf('deaf', { limits: { ...LIMITS, silentMs: 50 } }))).toMatchObject({ code: 'AGENT_SILENT' });
  });
});

test('the program gets the one key that is named, its settings, and a home of the run’s own', async () => {
  const printing = { path: '/bin/sh', args: ['-c', 'env > "$HOME/seen"; exit 1'], key: 'KEY', env: { SETTING: 'on' } };
  await (await open(printing)).run(taskOf('works'));
  const seen = readFileSync(path.join(place.home, 'seen'), 'utf8');
  expect(seen).toContain('KEY=sk-test');
  expect(seen).toContain('SETTING=on');
  expect(seen).not.toContain('ghp');
  await agent?.close();
  rmSync(path.join(place.home, 'seen'));
  await (await open({ path: '/bin/sh', args: ['-c', 'echo "$HOME" > "$STAND_IN_LOG"; exit 1'], home: 'own' })).run(taskOf('works'));
  expect(readFileSync(log, 'utf8')).toBe('/home/me\n');
  expect(existsSync(path.join(place.home, 'seen'))).toBe(false);
});
