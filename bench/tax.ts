import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiClient } from '../cli/client/api-client.ts';
import { ROOT } from '../scripts/run-step.ts';
import { deploy, makeSpec, startRun, untilRest } from '../tests/support/deployment.ts';
import { makeRepository, specOf } from '../tests/support/repository.ts';
import { delayedDeployment } from './delayed-deployment.ts';
import { type Figure, median } from './figure.ts';
import { timeWithoutServer } from './without-server.ts';

/**
 * tax(N, T): wall time of N chunks through the product (agent takes T seconds, checks and review on) over the wall time of a
 * shell loop `agent; git add -A; git commit` on the same repository, run just before.
 */
export async function tax(): Promise<Figure[]> {
  const plain = await deploy(join(temporary(), 'data'));
  const figures: Figure[] = [];
  try {
    const slow = await pairs(plain.client, { chunks: 10, seconds: 1, passes: 3 });
    figures.push({ name: 'tax, T = 1 s, N = 10', value: median(slow.map((pair) => pair.product / pair.loop)), unit: '×', limit: 1.03 });
    const cold = await pairs(plain.client, { chunks: 10, seconds: 1, passes: 1, cold: true });
    figures.push({
      name: 'tax, T = 1 s, N = 10, the first run on a repository',
      value: median(cold.map((pair) => pair.product / pair.loop)),
      unit: '×',
    });
    const quick = await pairs(plain.client, { chunks: 50, seconds: 0, passes: 5 });
    figures.push({
      name: 'above the loop, T = 0, N = 50',
      value: median(quick.map((pair) => (pair.product - pair.loop) / 50)),
      unit: 'ms/chunk',
      limit: 20,
    });
    figures.push({
      name: 'above the same processes without a server, T = 0, N = 50',
      value: median(quick.map((pair) => (pair.product - pair.alone) / 50)),
      unit: 'ms/chunk',
      limit: 6,
    });
    figures.push({ name: 'the loop itself, T = 0, N = 50', value: median(quick.map((pair) => pair.loop / 50)), unit: 'ms/chunk' });
    figures.push({ name: 'tax, T = 0, N = 50', value: median(quick.map((pair) => pair.product / pair.loop)), unit: '×' });
  } finally {
    await plain.stop();
  }
  const far = await delayedDeployment(join(temporary(), 'data'), 20);
  try {
    const pair = await pairs(far.client, { chunks: 10, seconds: 1, passes: 3 });
    figures.push({
      name: 'tax, T = 1 s, N = 10, 40 ms of network',
      value: median(pair.map((one) => one.product / one.loop)),
      unit: '×',
      limit: 1.08,
    });
  } finally {
    await far.stop();
  }
  return figures;
}

/** Milliseconds of one pass. */
interface Pair {
  product: number;
  loop: number;
  /** The same jobs without server, socket and journal. */
  alone: number;
}

interface Passes {
  chunks: number;
  seconds: number;
  passes: number;
  /** The runner has never seen the repository: the run pays for its clone. */
  cold?: boolean;
}

async function pairs(client: ApiClient, options: Passes): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let pass = 0; pass < options.passes; pass++) {
    const loop = await timeLoop(options.chunks, options.seconds);
    const product = await timeProduct(client, options);
    const alone = options.seconds === 0 ? await timeWithoutServer(benchRepository(0).path, options.chunks) : 0;
    measured.push({ loop, product, alone });
  }
  return measured;
}

const AGENT = join(ROOT, 'bench', 'light-agent.sh');

async function timeLoop(chunks: number, seconds: number): Promise<number> {
  const { path } = benchRepository(seconds);
  const script = `for i in $(seq ${chunks}); do echo "Chunk: c$i" | '${AGENT}' ${seconds} >/dev/null; git add -A; git -c user.name=a -c user.email=a@b commit -q -m "c$i"; done`;
  const startedAt = performance.now();
  await promisify(execFile)('sh', ['-c', script], { cwd: path });
  return performance.now() - startedAt;
}

/** From the request to the event that says completed. Unless it is `cold`, a run of one chunk has made the runner's clone before. */
async function timeProduct(client: ApiClient, { chunks, seconds, cold }: Passes): Promise<number> {
  const { path } = benchRepository(seconds);
  if (!cold) await runSpec(client, path, ['before']);
  return runSpec(
    client,
    path,
    Array.from({ length: chunks }, (_value, index) => `c${index}`),
  );
}

async function runSpec(client: ApiClient, path: string, keys: string[]): Promise<number> {
  const spec = await makeSpec(client, path, specOf('Bench', Object.fromEntries(keys.map((key) => [key, []]))));
  const startedAt = performance.now();
  const state = await untilRest(client, await startRun(client, spec.id));
  if (state.totals.passed !== keys.length)
    throw new Error(`only ${state.totals.passed} of ${keys.length} passed: ${state.reason?.message}`);
  return performance.now() - startedAt;
}

function benchRepository(seconds: number) {
  const reviewer = join(ROOT, 'bench', 'light-reviewer.sh');
  const config = `tools:
  executors: [{ id: light, name: Light, type: command, path: ${AGENT}, args: ['${seconds}'], events: jsonl }]
  reviewers: [{ id: light-reviewer, type: command, path: ${reviewer} }]
defaults: { executor: light, reviewer: light-reviewer }
checks: [{ name: check, command: 'true' }]
`;
  return makeRepository(temporary(), {}, { config });
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'specwright-bench-'));
}
