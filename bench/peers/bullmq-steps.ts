import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-step.ts';
import { freePort } from '../../tests/support/deployment.ts';
import { type Figure, percentile } from '../figure.ts';

const AT_ONCE = 100;

/**
 * The peer: BullMQ on Redis with fsync always; a step is added, worked on and reported before the next. Needs redis-server on the
 * PATH and `npm ci` in bench/peers; left out with a line that says so where either is missing.
 */
export async function bullmqSteps(steps: number): Promise<Figure[]> {
  const installed = existsSync(join(ROOT, 'bench', 'peers', 'node_modules', 'bullmq'));
  if (!installed || spawnSync('redis-server', ['--version']).error) {
    process.stdout.write('  BullMQ left out: it needs redis-server on the PATH and npm ci in bench/peers.\n');
    return [];
  }
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'specwright-bench-'));
  const redis = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'],
    {
      stdio: 'ignore',
    },
  );
  try {
    const { samples } = await measure(port, steps);
    const crowd = await measure(port, 50, AT_ONCE);
    return [
      { name: 'peer: BullMQ, Redis fsync always, p50', value: percentile(samples, 0.5), unit: 'ms' },
      { name: 'peer: BullMQ, Redis fsync always, p99', value: percentile(samples, 0.99), unit: 'ms' },
      { name: `peer: BullMQ, ${AT_ONCE} chains of steps at once`, value: crowd.samples.length / crowd.seconds, unit: 'steps/s' },
    ];
  } finally {
    redis.kill('SIGTERM');
  }
}

/** What of BullMQ is used here; the package is not there for everybody, so its own types are not either. */
interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object): Promise<{ waitUntilFinished(events: object): Promise<unknown> }>;
    close(): Promise<void>;
    setMaxListeners(most: number): void;
  };
  QueueEvents: new (
    name: string,
    options: object,
  ) => { setMaxListeners(most: number): void; waitUntilReady(): Promise<unknown>; close(): Promise<void> };
  Worker: new (
    name: string,
    work: () => Promise<unknown>,
    options: object,
  ) => { waitUntilReady(): Promise<unknown>; close(): Promise<void> };
}

/** So many chains of steps at once, one worker that takes as many at a time. */
async function measure(port: number, steps: number, chains = 1): Promise<{ samples: number[]; seconds: number }> {
  const { Queue, QueueEvents, Worker } = createRequire(join(ROOT, 'bench', 'peers', 'package.json'))('bullmq') as BullMq;
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue('steps', { connection });
  const events = new QueueEvents('steps', { connection });
  const worker = new Worker('steps', async () => 'done', { connection, concurrency: chains });
  await Promise.all([events.waitUntilReady(), worker.waitUntilReady()]);
  // Each wait adds a listener.
  for (const emitter of [queue, events]) emitter.setMaxListeners(0);
  const samples: number[] = [];
  const chain = async () => {
    for (let i = 0; i < steps; i++) {
      const startedAt = performance.now();
      await (await queue.add('step', { i })).waitUntilFinished(events);
      samples.push(performance.now() - startedAt);
    }
  };
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: chains }, chain));
  const seconds = (performance.now() - beganAt) / 1000;
  await Promise.all([worker.close(), events.close(), queue.close()]);
  return { samples, seconds };
}
