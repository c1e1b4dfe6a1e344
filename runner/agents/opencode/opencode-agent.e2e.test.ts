import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verdictSchema } from '@specwright/protocol/verdict.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findProcesses } from '../../process/process-table.ts';
import { LIMITS, taskFor } from '../../testing/given-task.ts';
import {
  answerJson,
  bash,
  executorPlays,
  FAILURES,
  PASSED,
  type ScriptJob,
  type ScriptStep,
  startScriptedModel,
  write,
} from '../../testing/scripted-model.ts';
import type { Agent, AgentEvent, AgentPlace } from '../agent.ts';
import { ask } from '../ask.ts';
import { notContained } from '../contain-writes.ts';
import { deferred } from '../deferred.ts';
import { keepKey } from '../keep-key.ts';
import { openAgent } from '../open-agent.ts';
import { findOpencode } from './binary.ts';
import { serverConfig } from './config.ts';
import { modelOf } from './model.ts';
import { startServer } from './server.ts';

const TOKEN = 'SCRIPTED_KEY';

/** One server of opencode for all tests: each plays its own script, chosen by the chunk named in its prompt. */
const scripts = new Map<string, (job: ScriptJob, step: number, repeats: number) => ScriptStep | null>();
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let place: AgentPlace;
let agent: Agent;
let root: string;
const life = new AbortController();

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'specwright agent ä '));
  model = await startScriptedModel((job, step, repeats) => scripts.get(job.chunk)?.(job, step, repeats) ?? null);
  place = placeIn(root, 'first');
  agent = await openAgent(toolFor(), place, { [TOKEN]: model.token });
});

afterAll(async () => {
  await agent.close();
  await model.close();
  rmSync(root, { recursive: true, force: true });
});

function placeIn(folder: string, name: string): AgentPlace {
  const worktree = mkdtempSync(path.join(folder, 'worktree-'));
  const home = mkdtempSync(path.join(folder, 'home-'));
  const mark = `test-agent-${process.pid}-${name}`;
  return { runId: `run_${name}`, worktree, home, env: allowedEnvironment(process.env, mark, { HOME: home }), mark, signal: life.signal };
}

function toolFor(more: Partial<ToolConfiguration> = {}): ToolConfiguration {
  const price = { input: 1, output: 2 };
  return { ...BARE_TOOL, id: 'scripted', type: 'opencode', model: 'scripted-1', baseUrl: model.url, key: TOKEN, price, ...more };
}

function play(chunk: string, script: (job: ScriptJob, step: number, repeats: number) => ScriptStep | null): void {
  scripts.set(chunk, script);
}

const steps = (...list: ScriptStep[]) => executorPlays((_, step) => list[step] ?? null);

describe('a task', () => {
  test('is carried out with tools, told live, and its usage is summed', async () => {
    play(
      'works',
      steps({ text: 'I write.', ...write('src/a.txt', 'hello\n') }, bash('cat src/a.txt; echo second'), { text: 'All done here.' }),
    );
    const task = taskFor('works');
    const end = await agent.run(task);
    expect(end).toMatchObject({ status: 'ok', text: 'All done here.' });
    expect(readFileSync(path.join(place.worktree, 'src/a.txt'), 'utf8')).toBe('hello\n');
    expect(end.usage.steps).toBe(3);
    expect(end.usage.costMicros).toBe(end.usage.inputTokens + 2 * end.usage.outputTokens);
    const tools = task.events.filter((event) => event.kind === 'tool');
    expect(tools.find((event) => event.tool === 'bash' && event.status === 'completed')).toMatchObject({
      output: expect.stringContaining('second'),
    });
    expect(new Set(tools.map((event) => event.status))).toEqual(new Set(['pending', 'running', 'completed']));
    const spoken = task.events.flatMap((event) => (event.kind === 'text' ? [event.delta] : [])).join('');
    expect(spoken).toContain('All done here.');
    expect(spoken).not.toContain('Do what the chunk says');
    expect(task.events.filter((event) => event.kind === 'part_ended').map((event) => event.text)).toEqual(['I write.', 'All done here.']);
  });

  test('of another tool in the same worktree uses the same server', async () => {
    play('reviewed', (job, step) =>
      job.role === 'reviewer' ? (step === 0 ? { calls: [{ name: 'read', args: { filePath: 'src/a.txt' } }] } : answerJson(PASSED)) : null,
    );
    const before = serverPids(place);
    const task = taskFor('reviewed', { role: 'reviewer' });
    const answer = await ask(verdictSchema, task.prompt, { ...task, agent });
    expect(answer).toMatchObject({ ok: true, value: { verdict: 'pass' } });
    expect(serverPids(place)).toEqual(before);
    const offered = model.requests
      .at(-1)
      ?.tools.map((tool) => tool.function?.name)
      .sort();
    expect(offered).toEqual(['glob', 'grep', 'read']);
  });

  test('in a fork knows what was said and leaves the session as it was; one that is lost begins anew with the whole context', async () => {
    play('first', steps({ text: 'The word is heron.' }));
    play('aside', steps({ text: 'An aside.' }));
    const first = await agent.run(taskFor('first'));
    const fork = await agent.run(taskFor('aside', { sessionId: first.sessionId, fork: true }));
    expect(fork).toMatchObject({ status: 'ok', text: 'An aside.', begun: 'forked', usage: { steps: 1 } });
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('The word is heron.');
    const second = await agent.run(taskFor('first', { sessionId: first.sessionId }));
    expect(second).toMatchObject({ sessionId: first.sessionId, begun: 'resumed' });
    expect(JSON.stringify(model.requests.at(-1)?.messages)).not.toContain('An aside.');
    const lost = taskFor('aside', { sessionId: 'ses_gone' });
    expect(await agent.run({ ...lost, wholePrompt: `${lost.prompt} All of it.` })).toMatchObject({ status: 'ok', begun: 'new' });
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('All of it.');
  });

  test('whose answer does not fit is asked again in the same session', async () => {
    play('wrong-once', FAILURES.badReviewOnce);
    const task = taskFor('wrong-once', { role: 'reviewer' });
    const answer = await ask(verdictSchema, task.prompt, { ...task, agent });
    expect(answer).toMatchObject({ ok: true, value: { verdict: 'pass' }, usage: { steps: 2 } });
    const sessions = new Set(task.events.flatMap((event) => (event.kind === 'session' ? [event.sessionId] : [])));
    expect(sessions.size).toBe(1);
  });

  test('whose answer never fits ends as REVIEW_INVALID after two askings', async () => {
    play('wrong-always', FAILURES.badReview);
    const task = taskFor('wrong-always', { role: 'reviewer' });
    const answer = await ask(verdictSchema, task.prompt, { ...task, agent });
    expect(answer).toMatchObject({ ok: false, end: { status: 'failed', code: 'REVIEW_INVALID', usage: { steps: 2 } } });
  });
});

function serverPids(where: AgentPlace): number[] {
  return findProcesses({ entry: `SPECWRIGHT_MARK=${where.mark}`, folder: null }).sort();
}

describe('a provider that fails', () => {
  test('with 401 ends at once as PROVIDER_AUTH, for a person to act', async () => {
    play('wrong-key', FAILURES.wrongKey);
    expect(await agent.run(taskFor('wrong-key'))).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_AUTH', retryAfterMs: null });
  });

  test('with 429 and a long retry-after parks the work for that time', async () => {
    play('limited', FAILURES.limitedForLong);
    const end = await agent.run(taskFor('limited'));
    expect(end).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_LIMIT' });
    expect(end.retryAfterMs).toBeGreaterThan(100_000);
  });

  test('with 429 once is waited for, and told', async () => {
    play('limited-once', FAILURES.limitedOnce);
    const task = taskFor('limited-once');
    expect(await agent.run(task)).toMatchObject({ status: 'ok', message: '' });
    expect(task.events.some((event) => event.kind === 'retry')).toBe(true);
  });

  test('with a dropped stream once is tried again', async () => {
    play('dropped', FAILURES.droppedOnce);
    expect(await agent.run(taskFor('dropped'))).toMatchObject({ status: 'ok' });
  });

  test('with 500 for ever ends as PROVIDER_DOWN', async () => {
    play('broken', FAILURES.brokenForEver);
    const end = await agent.run(taskFor('broken'));
    expect(end).toMatchObject({ status: 'provider_fault', code: 'PROVIDER_DOWN' });
    expect(end.retryAfterMs).toBeGreaterThan(0);
  });
});

describe('a limit', () => {
  test('of silence ends a model that hangs', async () => {
    play('hangs', FAILURES.hangs);
    const end = await agent.run(taskFor('hangs', { limits: { ...LIMITS, silentMs: 1500 } }));
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_SILENT' });
  });

  test('of steps ends a model that calls tools for ever', async () => {
    play(
      'loops',
      executorPlays((_, step) => ({ calls: [{ name: 'bash', args: { command: `echo ${step}`, description: 'x', stubborn: true } }] })),
    );
    const end = await agent.run(taskFor('loops', { limits: { ...LIMITS, steps: 4 } }));
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_STEP_LIMIT' });
    expect(end.usage.steps).toBe(5);
  });

  test('of money ends after the call that passed it', async () => {
    play('dear', FAILURES.loopsForEver);
    const end = await agent.run(taskFor('dear', { limits: { ...LIMITS, costMicros: 1 } }));
    expect(end).toMatchObject({ status: 'over_budget', usage: { steps: 1 } });
  });

  test('of output ends a flood', async () => {
    play('floods', FAILURES.floods);
    const end = await agent.run(taskFor('floods', { limits: { ...LIMITS, outputBytes: 100_000 } }));
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_FLOODED' });
  });
});

describe('what is not allowed', () => {
  test('a write outside the worktree is refused by the tool', async () => {
    const outside = path.join(root, 'outside.txt');
    play('outside', steps(write(outside, 'outside\n')));
    const task = taskFor('outside');
    expect(await agent.run(task)).toMatchObject({ status: 'ok', message: '' });
    expect(existsSync(outside)).toBe(false);
    expect(task.events.some((event) => event.kind === 'tool' && event.status === 'failed')).toBe(true);
  });

  test('a question is not offered, and asking it anyway stops nothing', async () => {
    play('asks', FAILURES.asksQuestion);
    expect(await agent.run(taskFor('asks'))).toMatchObject({ status: 'ok' });
  });
});

describe('a person who can answer', () => {
  const askedFor = { header: 'Store', question: 'Where is it kept?', options: [{ label: 'A file', description: '' }] };
  const asks: ScriptStep = { calls: [{ name: 'question', args: { questions: [askedFor] } }] };

  test('is asked, and the same session goes on with the answer, however long it took', async () => {
    play('asks-a-person', steps(asks, write('store.txt', 'a file\n'), { text: 'Kept in a file.' }));
    const answer = deferred<string[][]>();
    const questions: unknown[] = [];
    const task = taskFor('asks-a-person', {
      limits: { ...LIMITS, deadlineMs: 60_000, silentMs: 20_000 },
      askPerson: async (given) => {
        questions.push(given);
        return answer.promise;
      },
      onEvent: (event) => {
        if (event.kind === 'tool' && event.tool === 'question' && event.status === 'running') answer.resolve([['A file']]);
      },
    });
    const end = await agent.run(task);
    expect(end).toMatchObject({ status: 'ok', text: 'Kept in a file.', usage: { steps: 3 } });
    expect(questions).toEqual([[{ ...askedFor, multiple: false, custom: true }]]);
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('A file');
  });

  test('is asked no more when the task is stopped', async () => {
    play('asks-in-vain', steps(asks));
    const stop = new AbortController();
    const given = deferred<AbortSignal>();
    const task = taskFor('asks-in-vain', {
      signal: stop.signal,
      askPerson: (_, signal) => {
        given.resolve(signal);
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(null)));
      },
    });
    const running = agent.run(task);
    const signal = await given.promise;
    stop.abort();
    expect(await running).toMatchObject({ status: 'aborted' });
    expect(signal.aborted).toBe(true);
  });
});

describe('Stop', () => {
  test('in the middle of a tool leaves no process, and the next task works', async () => {
    play('sleeps', steps(bash('(setsid sleep 345 &) ; sleep 346')));
    const stop = new AbortController();
    const started = deferred<void>();
    const onEvent = (event: AgentEvent) => {
      if (event.kind === 'tool' && event.status === 'running') started.resolve(undefined);
    };
    const running = agent.run(taskFor('sleeps', { signal: stop.signal, onEvent }));
    await started.promise;
    stop.abort();
    expect(await running).toMatchObject({ status: 'aborted' });
    expect(serverPids(place)).toEqual([]);
    play('after', steps(write('after.txt', 'after\n')));
    expect(await agent.run(taskFor('after'))).toMatchObject({ status: 'ok' });
  });

  test('before the server is up ends at once', async () => {
    const other = placeIn(root, 'early');
    const early = await openAgent(toolFor(), other, { [TOKEN]: model.token });
    const stop = new AbortController();
    const running = early.run(taskFor('after', { signal: stop.signal }));
    stop.abort();
    expect(await running).toMatchObject({ status: 'aborted' });
    await early.close();
    expect(serverPids(other)).toEqual([]);
  });
});

test('a server that is killed in the middle of a task is a crash of the agent', async () => {
  play('crash', steps(bash('sleep 347')));
  const onEvent = (event: AgentEvent) => {
    if (event.kind === 'tool' && event.status === 'running') for (const pid of serverPids(place)) process.kill(pid, 'SIGKILL');
  };
  expect(await agent.run(taskFor('crash', { onEvent }))).toMatchObject({ status: 'failed', code: 'AGENT_CRASHED' });
});

test('the key is in no environment and no configuration that the agent can print', async () => {
  play('prints', steps(bash('env; echo; cat /proc/$PPID/environ')));
  const task = taskFor('prints');
  expect(await agent.run(task)).toMatchObject({ status: 'ok', message: '' });
  expect(JSON.stringify(task.events)).toContain('OPENCODE_CONFIG_CONTENT');
  expect(JSON.stringify(task.events)).not.toContain(model.token);
});

test('a model that the provider does not have is a wrong configuration', async () => {
  const other = placeIn(root, 'unknown');
  const unknown = await openAgent(toolFor({ baseUrl: null, model: 'zai/glm-none', id: 'unknown' }), other, { [TOKEN]: 'x' });
  expect(await unknown.run(taskFor('after'))).toMatchObject({ status: 'runner_fault', code: 'CONFIGURATION_INVALID' });
  await unknown.close();
});

test('a running server is attached to: it is used with the rules of the role, and left running', async () => {
  const other = placeIn(root, 'attached');
  const own = modelOf(toolFor(), { baseUrl: model.url, keyReference: `{file:${await keepKey(other, model.token)}}` });
  const binary = findOpencode(null, {});
  if (binary === null) throw new Error('no opencode for this platform');
  const server = await startServer({ binary: binary.path, contain: notContained }, other, serverConfig({ models: [own], softSteps: 20 }));
  const endpoint = server.url.replace('://', `://${Buffer.from(server.authorization?.slice(6) ?? '', 'base64')}@`);
  const attached = await openAgent({ ...BARE_TOOL, id: 'far', type: 'opencode', endpoint }, other, {});
  play('attached', (job, step) => (job.role === 'reviewer' ? (step === 0 ? answerJson(PASSED) : null) : null));
  expect(await attached.run(taskFor('attached', { role: 'reviewer' }))).toMatchObject({ status: 'ok' });
  const offered = model.requests
    .at(-1)
    ?.tools.map((tool) => tool.function?.name)
    .sort();
  expect(offered).toEqual(['glob', 'grep', 'read']);
  await attached.close();
  expect(serverPids(other)).toContain(server.pid);
  await server.stop();
});

test('what a server unpacks is gone with it', async () => {
  const other = placeIn(root, 'unpacks');
  const own = modelOf(toolFor(), { baseUrl: model.url, keyReference: `{file:${await keepKey(other, model.token)}}` });
  const binary = findOpencode(null, {});
  if (binary === null) throw new Error('no opencode for this platform');
  const server = await startServer({ binary: binary.path, contain: notContained }, other, serverConfig({ models: [own], softSteps: 20 }));
  const asked = new URL(`/find/file?${new URLSearchParams({ query: 'a', directory: other.worktree })}`, server.url);
  await fetch(asked, { headers: { authorization: server.authorization ?? '' } });
  const libraries = () =>
    readdirSync(path.join(other.home, '.unpacked'), { recursive: true }).filter((name) => String(name).endsWith('.so'));
  await expect.poll(libraries).toHaveLength(1);
  await server.stop();
  expect(libraries()).toEqual([]);
});
