import { startRun } from '../tests/support/deployment.ts';
import { benchServer, benchSpec } from './embedded-server.ts';
import { type Figure, percentile } from './figure.ts';
import { bullmqSteps } from './peers/bullmq-steps.ts';
import { type PlayedLease, playedRunner } from './played-runner.ts';
import { sqliteSteps } from './sqlite-steps.ts';

const STEPS = 50;
const AT_ONCE = 100;

/** A result arrives at the run's object → the next job is at the runner; alone, and with 100 runs at once. */
export async function handOver(): Promise<Figure[]> {
  const server = await benchServer();
  try {
    const runner = await playedRunner(server.client);
    const startOne = async () => startRun(server.client, (await benchSpec(server.client, STEPS)).id);
    const oneRun = async () => passAll(await runner.claim(await startOne()));
    const warm = await oneRun();
    const alone = (await inTurn(5, oneRun)).flat();
    // Claimed before the clock starts, as the peer's workers are connected before theirs does.
    const leases = await inTurn(AT_ONCE, async () => runner.claim(await startOne()));
    const startedAt = performance.now();
    const crowd = (await Promise.all(leases.map(passAll))).flat();
    const seconds = (performance.now() - startedAt) / 1000;
    const [floor, peer] = [sqliteSteps(STEPS * 10), await bullmqSteps(STEPS * 4)];
    return [
      { name: 'hand-over inside a run, p50', value: percentile(alone, 0.5), unit: 'ms', limit: 2.5 },
      { name: 'hand-over inside a run, p99', value: percentile(alone, 0.99), unit: 'ms', limit: 10 },
      { name: '100 runs at once', value: (AT_ONCE * STEPS) / seconds, unit: 'steps/s', limit: 1000, atLeast: true },
      { name: '100 runs at once, p50', value: percentile(crowd, 0.5), unit: 'ms' },
      { name: 'floor: one fsynced SQLite row a step, p50', value: percentile(floor, 0.5), unit: 'ms' },
      ...peer,
      { name: 'hand-over over the SQLite floor', value: percentile(alone, 0.5) / percentile(floor, 0.5), unit: '×' },
      { name: 'the first run, cold, p50', value: percentile(warm, 0.5), unit: 'ms' },
    ];
  } finally {
    await server.stop();
  }
}

/** Passes every job of a claimed run. */
async function passAll(lease: PlayedLease): Promise<number[]> {
  const samples: number[] = [];
  for (;;) {
    const ms = await lease.pass();
    if (ms === null) break;
    samples.push(ms);
  }
  lease.close();
  return samples;
}

async function inTurn<T>(times: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let i = 0; i < times; i++) made.push(await make());
  return made;
}
