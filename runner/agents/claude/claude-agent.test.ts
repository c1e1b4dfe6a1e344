import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { verdictSchema } from '@specwright/protocol/verdict.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findProcesses } from '../../process/process-table.ts';
import type { AgentEvent, AgentPlace, AgentTask } from '../agent.ts';
import { ask } from '../ask.ts';
import { deferred } from '../deferred.ts';
import { openAgent } from '../open-agent.ts';

const PROGRAM = fileURLToPath(new URL('./stand-in-claude.mjs', import.meta.url));
const TOOL: ToolConfiguration = { ...BARE_TOOL, id: 'claude', type: 'claude-code', path: PROGRAM, model: 'opus', key: 'ANTHROPIC_API_KEY' };
const LIMITS = { steps: 40, costMicros: 2_000_000, tokens: null, silentMs: 20_000, deadlineMs: 20_000, outputBytes: 100_000 };

let place: AgentPlace;
let log: string;
let places = 0;
beforeEach(() => {
  const worktree = mkdtempSync(path.join(tmpdir(), "specwright claude's "));
  log = path.join(worktree, 'log');
  const mark = `test-claude-${process.pid}-${places++}`;
  const env = allowedEnvironment(process.env, mark, { STAND_IN_LOG: log });
  place = { runId: 'run_1', worktree, home: worktree, env, mark, signal: new AbortController().signal };
});

function taskOf(play: string, more: Partial<AgentTask> = {}): AgentTask & { events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  const base = { jobId: 'run_1/chk_1/1/1', role: 'executor' as const, prompt: `PLAY ${play}`, sessionId: null, limits: LIMITS };
  return { ...base, signal: new AbortController().signal, onEvent: (event) => events.push(event), events, ...more };
}

async function run(play: string, more: Partial<AgentTask> = {}) {
  const task = taskOf(play, more);
  const agent = await openAgent(TOOL, place, { HOME: '/home/me', ANTHROPIC_API_KEY: 'sk-test', GITHUB_TOKEN: 'ghp' });
  return { end: await agent.run(task), task };
}

const called = () =>
  JSON.parse(readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') as { flags: string[]; prompt: string; env: Record<string, string> };

describe('the claude command', () => {
  test('carries out a task: text, tools, usage and the cost of this call alone', async () => {
    const { end, task } = await run('works');
    expect(end).toMatchObject({ status: 'ok', text: 'Wrote the file.', sessionId: expect.any(String) });
    expect(end.usage).toEqual({ inputTokens: 220, outputTokens: 40, cachedTokens: 100, costMicros: 5000, steps: 2 });
    expect(task.events.flatMap((event) => (event.kind === 'text' ? [event.delta] : [])).join('')).toBe('Hm.I write.');
    const tools = task.events.filter((event) => event.kind === 'tool');
    expect(tools).toMatchObject([
      { tool: 'bash', status: 'running', input: 'echo hello' },
      { tool: 'bash', status: 'completed', output: 'hello' },
    ]);
    const streamed = task.events.flatMap((event) => (event.kind === 'text' ? [event.part] : []));
    const ended = task.events.flatMap((event) => (event.kind === 'part_ended' ? [event.part] : []));
    expect(ended.slice(0, 2)).toEqual([...new Set(streamed)]);
  });

  test('is closed to the repository’s settings, writes only below the worktree, and gets only its own key', async () => {
    await run('works');
    const { flags, env, prompt } = called();
    expect(flags.join(' ')).toContain('--setting-sources  --strict-mcp-config');
    expect(flags).toContain('Write(./**),Edit(./**),Bash');
    expect(flags).toContain('--max-budget-usd');
    expect(prompt).toBe('PLAY works');
    expect(env).toMatchObject({ HOME: '/home/me', CLAUDE_CODE_MAX_RETRIES: '2', CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1' });
    expect(env.GITHUB_TOKEN).toBeUndefined();
    expect(JSON.stringify([env, flags])).not.toContain('sk-test');
    const { apiKeyHelper } = JSON.parse(flags[flags.indexOf('--settings') + 1] ?? '') as { apiKeyHelper: string };
    expect(execFileSync('sh', ['-c', apiKeyHelper], { encoding: 'utf8' })).toBe('sk-test');
  });

  test('asks a person where one can answer, is refused anything else, and drops a question that it withdraws', async () => {
    const asked: unknown[] = [];
    const withdrawn = deferred<void>();
    const askPerson: AgentTask['askPerson'] = (questions, signal) => {
      asked.push(questions);
      if (asked.length === 1) return Promise.resolve([['A file', 'my own words']]);
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          withdrawn.resolve(undefined);
          resolve(null);
        }),
      );
    };
    const { end } = await run('asks', { askPerson });
    await withdrawn.promise;
    expect(end).toMatchObject({ status: 'ok' });
    const question = { header: 'Store', question: 'Where?', options: [{ label: 'A file', description: '' }], multiple: true, custom: true };
    expect(asked).toEqual([[question], [question]]);
    const [refused, answered] = JSON.parse(end.text);
    expect(refused).toMatchObject({ request_id: 'r1', response: { behavior: 'deny' } });
    expect(answered).toMatchObject({
      request_id: 'r2',
      response: { behavior: 'allow', updatedInput: { answers: { 'Where?': 'A file, my own words' } } },
    });
    expect(called().flags).toContain('Read,Write,Edit,Bash,Grep,Glob,AskUserQuestion');
  });

  test('is stopped while it waits for a person, who is asked no more', async () => {
    const stop = new AbortController();
    const waiting = deferred<AbortSignal>();
    const running = run('asks', {
      signal: stop.signal,
      askPerson: (_, signal) => {
        waiting.resolve(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
      },
    });
    const signal = await waiting.promise;
    stop.abort();
    expect((await running).end).toMatchObject({ status: 'aborted' });
    expect(signal.aborted).toBe(true);
  });

  test('reviews with read-only tools and a schema that it understands', async () => {
    const agent = await openAgent(TOOL, place, { HOME: '/home/me' });
    const { prompt, ...task } = taskOf('reviews', { role: 'reviewer' });
    const answer = await ask(verdictSchema, prompt, { ...task, agent });
    expect(answer).toMatchObject({ ok: true, value: { verdict: 'pass' } });
    const { flags } = called();
    expect(flags[flags.indexOf('--tools') + 1]).toBe('Read,Grep,Glob');
    expect(flags).not.toContain('--allowedTools');
    const schema = JSON.parse(flags[flags.indexOf('--json-schema') + 1] ?? '');
    expect(schema.$schema).toBeUndefined();
    expect(schema.properties.verdict.enum).toEqual(['pass', 'needs_fix', 'fail']);
  });

  test.each([
    ['a success without the structured answer', 'forgetsSchema', { status: 'failed', code: 'REVIEW_INVALID' }],
    ['the budget', 'spendsTooMuch', { status: 'over_budget' }],
    ['an API error that calls itself a success', 'apiError', { status: 'provider_fault', code: 'PROVIDER_DOWN' }],
    [
      'a refused key, without waiting for more retries',
      'wrongKey',
      { status: 'provider_fault', code: 'PROVIDER_AUTH', retryAfterMs: null },
    ],
    ['a connection that was lost', 'lostConnection', { status: 'provider_fault', code: 'PROVIDER_DOWN', usage: { steps: 0 } }],
    [
      'that nobody is signed in',
      'notSignedIn',
      { status: 'provider_fault', code: 'PROVIDER_AUTH', retryAfterMs: null, text: '', usage: { steps: 0 } },
    ],
    ['output that is no protocol', 'garbage', { status: 'failed', code: 'AGENT_GARBAGE' }],
    [
      'an exit without a result',
      'crashes',
      { status: 'failed', code: 'AGENT_CRASHED', message: expect.stringContaining('No conversation') },
    ],
  ])('tells %s', async (_, play, expected) => {
    const { end } = await run(play, { schema: { type: 'object' } });
    expect(end).toMatchObject(expected);
  });

  test('tells until when a plan that is used up rests', async () => {
    const { end } = await run('usedUp');
    expect(end).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_LIMIT' });
    expect(end.retryAfterMs).toBeGreaterThan(7_000_000);
  });

  test('is stopped with the children that left its group', async () => {
    const stop = new AbortController();
    const started = deferred<void>();
    const running = run('sleeps', { signal: stop.signal, onEvent: (event) => event.kind === 'tool' && started.resolve(undefined) });
    await started.promise;
    stop.abort();
    expect((await running).end).toMatchObject({ status: 'aborted' });
    expect(findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null })).toEqual([]);
  });

  test('forks a session, is told another model to turn to, and begins a lost session anew with the whole context', async () => {
    const forked = await run('works', { sessionId: 's1', fork: true, model: 'haiku', fallbackModel: 'anthropic/sonnet' });
    expect(forked.end).toMatchObject({ status: 'ok', begun: 'forked' });
    expect(called().flags.join(' ')).toContain('--model haiku --fallback-model sonnet --resume s1 --fork-session');
    const lost = await run('crashes', { sessionId: 'lost', fork: true, wholePrompt: 'PLAY works' });
    expect(lost.end).toMatchObject({ status: 'ok', begun: 'new' });
    expect(called().flags).not.toContain('--resume');
    expect(called().flags).not.toContain('--fork-session');
  });

  test('is signed in by a token in the environment, unless a key is there', async () => {
    const signIn = { HOME: '/home/me', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat' };
    const envOf = async (environment: Record<string, string>, tool = TOOL) => {
      await (await openAgent(tool, place, environment)).run(taskOf('works'));
      return called();
    };
    expect((await envOf(signIn)).env.CLAUDE_CODE_OAUTH_TOKEN).toBe('sk-ant-oat');
    expect((await envOf({ ...signIn, ANTHROPIC_API_KEY: 'sk-test' })).env.CLAUDE_CODE_OAUTH_TOKEN).toBeUndefined();
    const named = await envOf(signIn, { ...TOOL, key: 'CLAUDE_CODE_OAUTH_TOKEN' });
    expect(named.env.CLAUDE_CODE_OAUTH_TOKEN).toBe('sk-ant-oat');
    expect(named.flags.join(' ')).not.toContain('apiKeyHelper');
  });

  test('that is not on this machine is said, not thrown', async () => {
    const agent = await openAgent({ ...TOOL, path: null }, place, { PATH: '/nowhere' });
    expect(await agent.run(taskOf('works'))).toMatchObject({ status: 'runner_fault', code: 'AGENT_MISSING' });
    expect(existsSync(log)).toBe(false);
  });
});
