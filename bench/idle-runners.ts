import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WIRE_VERSION } from '@specwright/protocol/wire-version.ts';
import WebSocket from 'ws';
import { buildWhenStale } from '../cli/local/build.ts';
import { readDurations } from '../runner/durations.ts';
import { pause } from '../runner/loops/backoff.ts';
import { type Deployment, deploy } from '../tests/support/deployment.ts';
import { temporaryFolder } from '../tests/support/repository.ts';
import type { Figure } from './figure.ts';
import { cpuSeconds, pssMb, serverPids } from './process-figures.ts';
import { register, tokenOf } from './register.ts';

const DURATIONS = readDurations({});
const RUNNERS = 200;
const MEASURED_MS = 60_000;
/** Two thirds of a token’s quarter of an hour (signedIdentity): the most that so few calls can ask for. */
const RENEWAL_MS = 600_000;

/**
 * What so many registered machines cost a server that has no work for them: bells held open, and pings, polls, reports and new tokens as
 * often as a runner sends them. Their moments are spread evenly, so that a minute holds its share of what comes each ten or fifteen.
 */
export async function idleRunners(): Promise<Figure[]> {
  // Not in the server's own process: what a build leaves there would be measured as well.
  await buildWhenStale(() => {});
  const deployment = await deploy(join(temporaryFolder('idle-runners'), 'data'), { env: { SPECWRIGHT_SERVER_LEASE_MS: '30000' } });
  const ending = new AbortController();
  try {
    const alone = await coreShare(deployment);
    for (let at = 0; at < RUNNERS; at++) await attend(deployment, at, ending.signal);
    const crowded = await coreShare(deployment);
    return [
      { name: 'server alone', value: alone, unit: '% of a core' },
      { name: `server with ${RUNNERS} idle runners`, value: crowded, unit: '% of a core' },
      { name: `what ${RUNNERS} idle runners add`, value: crowded - alone, unit: '% of a core', limit: 1 },
      { name: `server with ${RUNNERS} idle runners`, value: pssMb(serverPids(deployment)), unit: 'MB PSS', limit: 600 },
    ];
  } finally {
    ending.abort();
    await deployment.stop();
  }
}

async function coreShare(deployment: Deployment): Promise<number> {
  const pids = serverPids(deployment);
  const before = cpuSeconds(pids);
  await new Promise((done) => setTimeout(done, MEASURED_MS));
  return ((cpuSeconds(pids) - before) / (MEASURED_MS / 1000)) * 100;
}

/** A machine that has nothing to do, from now on until the signal. */
async function attend({ client }: Deployment, at: number, signal: AbortSignal): Promise<void> {
  const machine = await register(client, `idle ${at}`, mkdtempSync(join(tmpdir(), 'specwright-bench-')));
  const authorization = `Bearer ${await tokenOf(client, machine)}`;
  const call = async (path: string, body: unknown) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${client.url}/runner-api/${path}`, { method: 'POST', headers, body: JSON.stringify(body), signal });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    await answer.text();
  };
  const lifeId = `lif_${String(at).padStart(32, '0')}`;
  await call('lives', { wire: WIRE_VERSION, lifeId, endedLives: [], version: '0', slots: 1, found: [] });
  const bell = new WebSocket(`${client.url.replace('http', 'ws')}/runner-api/doorbell`, {
    headers: { authorization },
    perMessageDeflate: false,
  });
  await new Promise((open, failed) => bell.once('open', open).once('error', failed));
  const each = (ms: number, act: () => unknown) => void repeat(ms, at / RUNNERS, signal, act);
  each(DURATIONS.DOORBELL_PING_MS, () => bell.send('ping'));
  each(DURATIONS.POLL_SLOW_MS, () => call('messages/pull', { batch_size: 1 }));
  each(DURATIONS.REPORT_IDLE_MS, () => call('lives/report', { load: LOAD, faults: [], draining: false }));
  each(RENEWAL_MS, () => tokenOf(client, machine));
  signal.addEventListener('abort', () => bell.terminate());
}

const LOAD = { cpu: 0.1, freeMemory: 4e9, freeDisk: 5e10, worktrees: 0 };

/** @param phase of the first time, as a part of the whole period. */
async function repeat(ms: number, phase: number, signal: AbortSignal, act: () => unknown): Promise<void> {
  await pause(ms * phase, signal);
  while (!signal.aborted) {
    try {
      await act();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await pause(ms, signal);
  }
}
