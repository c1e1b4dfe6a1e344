import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_RUN_SETTINGS } from '@specwright/protocol/run-plan.ts';
import { expect, test } from 'vitest';
import { allowedEnvironment } from '../process/allowed-environment.ts';
import type { AgentPlace } from './agent.ts';
import { makeOpenCrew } from './open-crew.ts';

const durations = { CHECK_TIMEOUT_MS: 1000, SETUP_TIMEOUT_MS: 2000, AGENT_SILENT_MS: 3000, AGENT_DEADLINE_MS: 4000 };
const VERDICT = { verdict: 'pass', summary: 'Fine.', checks: [], requestedChanges: [] };

function placeWith(yaml: string): AgentPlace {
  const worktree = mkdtempSync(path.join(tmpdir(), 'specwright-crew-'));
  mkdirSync(path.join(worktree, '.handoff'));
  writeFileSync(path.join(worktree, '.handoff/config.yaml'), yaml);
  const mark = `test-crew-${process.pid}`;
  return {
    runId: 'run_1',
    worktree,
    home: worktree,
    env: allowedEnvironment(process.env, mark, {}),
    mark,
    signal: new AbortController().signal,
  };
}

const open = (yaml: string) => makeOpenCrew({ environment: {}, found: [], durations })(placeWith(yaml), DEFAULT_RUN_SETTINGS);
const taskOf = (crew: { limits: { reviewer: import('./agent.ts').AgentLimits } }) => ({
  jobId: 'j',
  role: 'reviewer' as const,
  prompt: 'Judge it.',
  sessionId: null,
  limits: crew.limits.reviewer,
  signal: new AbortController().signal,
  onEvent: () => {},
});

const reviewedBy = (script: string) => `tools:
  executors: [{ id: mine, type: command, path: 'true' }]
  reviewers: [{ id: judge, type: command, path: sh, args: [-c, '${script}'] }]
rules: [One., Two.]
setup: make ready
checks: [{ name: a, command: b }, { name: c, command: d, timeout: 5s }]
budgets: { chunkUsd: 0.5 }`;

test('a crew is what the repository configures, with the runner’s durations where it says nothing', async () => {
  const answer = await open(reviewedBy('true'));
  if (!answer.ok) throw new Error(answer.message);
  const { crew } = answer;
  expect(crew.rules).toEqual(['One.', 'Two.']);
  expect(crew.setup).toEqual({ command: 'make ready', timeoutMs: 2000 });
  expect(crew.checks.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 5000]);
  expect(crew.limits.executor).toMatchObject({ costMicros: 500_000, silentMs: 3000, deadlineMs: 4000 });
  expect(await crew.executor()).toBe(await crew.executor());
  await crew.close();
  await crew.close();
});

test('a review is a verdict, or the reason why there is none', async () => {
  const good = await open(reviewedBy(`echo ''${JSON.stringify(VERDICT)}''`));
  if (!good.ok) throw new Error(good.message);
  const end = await good.crew.review(await good.crew.reviewer(), taskOf(good.crew));
  expect(end).toMatchObject({ verdict: VERDICT, end: { status: 'ok', text: 'Fine.' } });
  const bad = await open(reviewedBy('echo no'));
  if (!bad.ok) throw new Error(bad.message);
  expect(await bad.crew.review(await bad.crew.reviewer(), taskOf(bad.crew))).toMatchObject({
    verdict: null,
    end: { code: 'REVIEW_INVALID' },
  });
});

test('a wrong configuration is an answer with its line', async () => {
  expect(await open('rules: x\nchecks: 3\n')).toMatchObject({ ok: false, file: '.handoff/config.yaml', line: 2 });
});
