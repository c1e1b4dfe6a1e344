import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verdictSchema } from '@specwright/protocol/verdict.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findProcesses } from '../../process/process-table.ts';
import type { AgentEvent, AgentPlace, AgentTask } from '../agent.ts';
import { ask } from '../ask.ts';
import { deferred } from '../deferred.ts';
import { openAgent } from '../open-agent.ts';

const LIMITS = { steps: 40, costMicros: null, tokens: null, silentMs: 20_000, deadlineMs: 20_000, outputBytes: 1_000_000 };
let place: AgentPlace;
let places = 0;
beforeEach(() => {
  const worktree = mkdtempSync(path.join(tmpdir(), 'specwright command '));
  const mark = `test-command-${process.pid}-${places++}`;
  place = {
    runId: 'run_1',
    worktree,
    home: worktree,
    env: allowedEnvironment(process.env, mark, {}),
    mark,
    signal: new AbortController().signal,
  };
});

const shell = (script: string, more: Partial<ToolConfiguration> = {}): ToolConfiguration => ({
  ...BARE_TOOL,
  id: 'mine',
  type: 'command',
  path: 'sh',
  args: ['-c', script],
  ...more,
});

function taskOf(more: Partial<AgentTask> = {}): AgentTask & { events: AgentEvent[] } {
  const events: AgentEvent[] = [];
  const base = { jobId: 'run_1/chk_1/1/1', role: 'executor' as const, prompt: 'Write it.\n', sessionId: null, limits: LIMITS };
  return { ...base, signal: new AbortController().signal, onEvent: (event) => events.push(event), events, ...more };
}

async function run(tool: ToolConfiguration, more: Partial<AgentTask> = {}, environment: Record<string, string> = {}) {
  const task = taskOf(more);
  const agent = await openAgent(tool, place, environment);
  const end = await agent.run(task);
  return { end, task, shown: task.events.flatMap((event) => (event.kind === 'text' ? [event.delta] : [])).join('') };
}

describe('a command as an agent', () => {
  test('gets the prompt on standard input and the worktree as its folder', async () => {
    const { end, shown } = await run(shell('cat > prompt.txt; echo "done in $SPECWRIGHT_ROLE"'));
    expect(end).toMatchObject({ status: 'ok', text: 'done in executor', usage: { costMicros: null } });
    expect(shown).toBe('done in executor\n');
    expect(readFileSync(path.join(place.worktree, 'prompt.txt'), 'utf8')).toBe('Write it.\n');
  });

  test('that does not read its prompt may end well', async () => {
    const { end } = await run(shell('true'), { prompt: 'x'.repeat(1_000_000) });
    expect(end.status).toBe('ok');
  });

  test('is told as failed by its exit code, with the last of its errors', async () => {
    const { end } = await run(shell('echo why >&2; exit 3'));
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_CRASHED', message: expect.stringMatching(/exit code 3.*why/s) });
  });

  test('that is not there is a fault of the machine', async () => {
    const { end } = await run(shell('', { path: '/no/such/program' }));
    expect(end).toMatchObject({ status: 'runner_fault', code: 'AGENT_MISSING' });
  });

  test('gets the one key that was named, and no other', async () => {
    const { shown } = await run(shell('echo "$MY_KEY-$OTHER_KEY"', { key: 'MY_KEY' }), {}, { MY_KEY: 'mine', OTHER_KEY: 'other' });
    expect(shown).toBe('mine-\n');
  });

  test('may colour, cut characters in two and write zeros', async () => {
    const { end, shown } = await run(
      shell(`printf '\\033[3'; printf '1mred\\033[0m \\000 \\303'; sleep 0.05; printf '\\244\\nhalf \\303'`),
    );
    expect(end.status).toBe('ok');
    expect(shown).toBe('red  ä\nhalf \ufffd');
  });

  test('tells tool calls by marked lines, and only whole lines count', async () => {
    const line = '::specwright {"tool":"edit","status":"completed","input":"a.txt"}';
    const { task, shown } = await run(
      shell(`echo before; printf '::spec'; sleep 0.05; echo '${line.slice(6)}'; echo 'not ${line}'; echo '::specwright nonsense'`),
    );
    expect(task.events.filter((event) => event.kind === 'tool')).toMatchObject([{ tool: 'edit', status: 'completed', input: 'a.txt' }]);
    expect(shown).toBe(`before\nnot ${line}\n::specwright nonsense\n`);
  });

  test('may speak one event a line, with its usage', async () => {
    const usage = { inputTokens: 5, outputTokens: 6, cachedTokens: 0, costMicros: 7, steps: 1 };
    const lines = [
      { kind: 'tool', tool: 'bash', input: 'ls' },
      { kind: 'text', delta: 'Done.' },
      { kind: 'usage', usage },
    ];
    const script = lines.map((line) => `echo '${JSON.stringify(line)}'`).join('; ');
    const { end, task } = await run(shell(`${script}; echo plain`, { events: 'jsonl' }));
    expect(end).toMatchObject({ status: 'ok', usage });
    expect(task.events.map((event) => event.kind)).toEqual(['started', 'tool', 'text', 'usage', 'text']);
  });

  test('answers a review with JSON on its last line', async () => {
    const verdict = { verdict: 'pass', summary: 'Fine.', checks: [], requestedChanges: [] };
    const agent = await openAgent(shell(`echo "I looked."; echo '${JSON.stringify(verdict)}'`), place, {});
    const { prompt, ...task } = taskOf({ role: 'reviewer' });
    expect(await ask(verdictSchema, prompt, { ...task, agent })).toMatchObject({ ok: true, value: verdict });
  });

  test('that answers wrongly is asked again with the whole question and the error', async () => {
    const script = `input=$(cat); echo "$input" >> asked.txt; case "$input" in *'could not be used'*) echo '{"verdict":"fail","summary":"No.","checks":[],"requestedChanges":[]}';; *) echo '{"verdict":42}';; esac`;
    const agent = await openAgent(shell(script), place, {});
    const { prompt, ...task } = taskOf({ role: 'reviewer', prompt: 'THE QUESTION' });
    expect(await ask(verdictSchema, prompt, { ...task, agent })).toMatchObject({ ok: true, value: { verdict: 'fail' } });
    expect(readFileSync(path.join(place.worktree, 'asked.txt'), 'utf8').match(/THE QUESTION/g)).toHaveLength(2);
  });
});

describe('a command that does not behave', () => {
  const alive = () => findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null });

  test('is cut when it floods', async () => {
    const { end } = await run(shell('yes'), { limits: { ...LIMITS, outputBytes: 200_000 } });
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_FLOODED' });
    expect(alive()).toEqual([]);
  });

  test('is cut when it is silent', async () => {
    const { end } = await run(shell('sleep 349'), { limits: { ...LIMITS, silentMs: 100 } });
    expect(end).toMatchObject({ status: 'failed', code: 'AGENT_SILENT' });
    expect(alive()).toEqual([]);
  });

  test('is stopped with all its children, also those in a session of their own', async () => {
    const stop = new AbortController();
    const started = deferred<void>();
    const running = run(shell('trap "" TERM; setsid sleep 350 & echo started; sleep 351; sleep 352'), {
      signal: stop.signal,
      onEvent: () => started.resolve(undefined),
    });
    await started.promise;
    stop.abort();
    expect((await running).end).toMatchObject({ status: 'aborted' });
    expect(alive()).toEqual([]);
  });
});
