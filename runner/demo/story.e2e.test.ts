import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verdictSchema } from '@specwright/protocol/verdict.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Agent, AgentEnd, AgentTask } from '../agents/agent.ts';
import { ask } from '../agents/ask.ts';
import { openAgent } from '../agents/open-agent.ts';
import { defaultTool } from '../configuration/default-tool.ts';
import { detectChecks } from '../configuration/detect-checks.ts';
import { allowedEnvironment } from '../process/allowed-environment.ts';
import { demoStory } from './story.ts';

let root: string;
let worktree: string;
let agent: Agent;
const LIMITS = { steps: 30, costMicros: 1_000_000, tokens: null, silentMs: 60_000, deadlineMs: 120_000, outputBytes: 1_000_000 };

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'specwright-story-'));
  worktree = path.join(root, 'project');
  for (const [name, text] of Object.entries(demoStory.files)) {
    mkdirSync(path.dirname(path.join(worktree, name)), { recursive: true });
    writeFileSync(path.join(worktree, name), text);
  }
  const home = path.join(root, 'home');
  mkdirSync(home);
  const tool = defaultTool({});
  if (typeof tool === 'string') throw new Error(tool);
  const mark = `test-story-${process.pid}`;
  const env = allowedEnvironment(process.env, mark, { HOME: home });
  const place = { runId: 'run_1', worktree, home, env, mark, signal: new AbortController().signal };
  agent = await openAgent(tool, place, { SPECWRIGHT_DEMO_PACE_MS: '0' });
});

afterAll(async () => {
  await agent.close();
  rmSync(root, { recursive: true, force: true });
});

function taskOf(chunk: string, attempt: number, role: AgentTask['role'], spec = demoStory.specMarkdown): AgentTask {
  const jobId = `run_1/chk_${chunk}/${attempt}/1`;
  const prompt = `Job: ${jobId}\nChunk: ${chunk}\nRole: ${role}\n\n${spec}`;
  return { jobId, role, prompt, sessionId: null, limits: LIMITS, signal: new AbortController().signal, onEvent: () => {} };
}

const execute = (chunk: string, attempt: number): Promise<AgentEnd> => agent.run(taskOf(chunk, attempt, 'executor'));

async function review(chunk: string, attempt: number): Promise<string> {
  const task = taskOf(chunk, attempt, 'reviewer');
  const answer = await ask(verdictSchema, task.prompt, { ...task, agent });
  return answer.ok ? answer.value.verdict : answer.end.message;
}

async function checksPass(): Promise<boolean> {
  const checks = await detectChecks(worktree);
  expect(checks.map(({ name }) => name)).toEqual(['lint', 'test']);
  try {
    for (const { command } of checks) execFileSync('sh', ['-c', command], { cwd: worktree, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

test('the demo’s story is played by the real opencode: passes, a failed check that is repaired, a review that asks for a fix', async () => {
  const told: string[] = [];
  const attempt = async (chunk: string, number: number) => {
    const end = await execute(chunk, number);
    const passed = end.status === 'ok' && (await checksPass());
    told.push(`${chunk} ${number}: ${end.status} ${passed ? await review(chunk, number) : 'checks failed'}`);
    expect(end.usage.costMicros).toBeGreaterThan(0);
  };
  for (const [chunk, number] of [
    ['money', 1],
    ['parse', 1],
    ['parse', 2],
    ['totals', 1],
    ['report', 1],
    ['report-fix', 2],
    ['cli', 1],
    ['guide', 1],
  ] as const) {
    await attempt(chunk, number);
  }
  expect(told).toEqual([
    'money 1: ok pass',
    'parse 1: ok checks failed',
    'parse 2: ok pass',
    'totals 1: ok pass',
    'report 1: ok needs_fix',
    'report-fix 2: ok pass',
    'cli 1: ok pass',
    'guide 1: ok pass',
  ]);
});

test('a spec without a script gets a note, and passes', async () => {
  const spec = 'Another spec';
  expect(await agent.run(taskOf('anything', 1, 'executor', spec))).toMatchObject({
    status: 'ok',
    text: expect.stringContaining('notes/anything.md'),
  });
  const task = taskOf('anything', 1, 'reviewer', spec);
  expect(await ask(verdictSchema, task.prompt, { ...task, agent })).toMatchObject({ ok: true, value: { verdict: 'pass' } });
});
