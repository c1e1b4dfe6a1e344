import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../cli/client/api-client.ts';
import type { Project } from '../protocol/api.ts';
import { findBatches } from '../protocol/task-file/batches.ts';
import { readTaskFile } from '../protocol/task-file/read-task-file.ts';
import type { StartedOrchestration } from '../protocol/workflow-api.ts';
import { ROOT } from '../scripts/run-step.ts';
import { deploy, eventsOf, untilRest } from '../tests/support/deployment.ts';
import { makeRepository } from '../tests/support/repository.ts';
import { type Figure, median, percentile } from './figure.ts';

const PASSES = 5;
const TASK_FILE = 'specs/001-bench/tasks.md';

/**
 * Complete Phase: what the product itself takes from one stage to the next, with 50 tasks in 5 batches; its status route;
 * and reading a task file of 400 tasks.
 */
export async function phase(): Promise<Figure[]> {
  const { client, stop } = await deploy(join(temporary(), 'data'));
  try {
    // The first pass pays for the runner's clone, and for code that nobody has run.
    const passes = [];
    for (let pass = 0; pass <= PASSES; pass++) passes.push(await timePhase(client));
    const warm = passes.slice(1);
    const status = await timeStatus(client, warm.at(-1)?.runId ?? '');
    const reading = timeReading();
    return [
      { name: 'own time per transition, 50 tasks in 5 batches', value: median(warm.map(({ own }) => own)), unit: 'ms', limit: 100 },
      { name: 'the same, the first run on a machine', value: passes[0]?.own ?? Number.NaN, unit: 'ms' },
      { name: 'of it: git, checks’ processes and files at the runner', value: median(warm.map(({ steps }) => steps)), unit: 'ms' },
      { name: 'the agent itself, per transition', value: median(warm.map(({ agent }) => agent)), unit: 'ms' },
      { name: 'status route, p50', value: median(status), unit: 'ms', limit: 10 },
      { name: 'status route, p99', value: percentile(status, 0.99), unit: 'ms' },
      { name: 'reading 400 tasks, p50', value: median(reading), unit: 'ms', limit: 5 },
      { name: 'reading 400 tasks, the first time in a process', value: reading[0] ?? Number.NaN, unit: 'ms' },
    ];
  } finally {
    await stop();
  }
}

/** From the request to the event that says completed, agents and checks left out, over the stages: analyze, 5 batches, verify, merge. */
async function timePhase(client: ApiClient) {
  const log = join(temporary(), 'agents');
  writeFileSync(log, '');
  const project = await client.post<Project>('/api/projects', { name: 'Bench', repository: benchRepository(log) });
  const begun = performance.now();
  const start = { projectId: project.id, config: { autoMerge: true } };
  const { runId } = await client.post<StartedOrchestration>('/api/workflow/orchestrate', start);
  const state = await untilRest(client, runId);
  const took = performance.now() - begun;
  if (state.status !== 'completed') throw new Error(`the phase ended as ${state.status}: ${state.reason?.message}`);
  const events = await eventsOf(client, runId);
  const sum = (list: number[]) => list.reduce((all, one) => all + one, 0);
  const checks = sum(events.flatMap((event) => (event.kind === 'check_ended' ? [event.durationMs] : [])));
  const steps = sum(events.flatMap((event) => (event.kind === 'step_ended' ? [event.durationMs] : [])));
  const agent = sum(readFileSync(log, 'utf8').trim().split('\n').map(agentMs));
  const { length } = state.items;
  return { runId, own: (took - agent - checks) / length, steps: (steps - agent - checks) / length, agent: agent / length };
}

function agentMs(line: string): number {
  const [began = '0', ended = '0'] = line.split(' ');
  return Number(BigInt(ended) - BigInt(began)) / 1e6;
}

async function timeStatus(client: ApiClient, runId: string): Promise<number[]> {
  const samples: number[] = [];
  for (let call = 0; call < 330; call++) {
    const began = performance.now();
    await client.get(`/api/workflow/orchestrate/status?runId=${runId}`);
    if (call >= 30) samples.push(performance.now() - began);
  }
  return samples;
}

function timeReading(): number[] {
  const text = tasksOf(400, 25);
  return Array.from({ length: 200 }, () => {
    const began = performance.now();
    const { batches } = findBatches(readTaskFile(text, 'tasks.md'), 15);
    const took = performance.now() - began;
    if (batches.length !== 25) throw new Error(`${batches.length} batches were found`);
    return took;
  });
}

function benchRepository(log: string) {
  const agent = join(ROOT, 'bench', 'phase-agent.sh');
  const config = `tools:
  executors: [{ id: light, name: Light, type: command, path: ${agent}, args: [${TASK_FILE}, '${log}'] }]
defaults: { executor: light }
checks: [{ name: check, command: 'true' }]
`;
  const files = { 'specs/001-bench/spec.md': '# Bench\n', 'specs/001-bench/plan.md': '# Plan\n', [TASK_FILE]: tasksOf(50, 5) };
  const { path } = makeRepository(temporary(), {}, { config, files });
  return { kind: 'path', path, defaultBranch: null };
}

function tasksOf(tasks: number, sections: number): string {
  const lines: string[] = ['# Tasks', ''];
  for (let at = 0; at < tasks; at++) {
    if (at % (tasks / sections) === 0) lines.push(`## Phase ${at / (tasks / sections) + 1}: Section`, '');
    const id = `T${String(at + 1).padStart(3, '0')}`;
    lines.push(`- [ ] ${id} [P] [US1] Write what ${id} asks for in src/${id}.ts (depends on T001)`);
  }
  return `${lines.join('\n')}\n`;
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'specwright-bench-'));
}
