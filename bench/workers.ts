import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Project, StartedRun } from '@specwright/protocol/api.ts';
import type { StoredEvent } from '@specwright/protocol/run-event.ts';
import type { QueuePage } from '@specwright/protocol/workers-api.ts';
import { exchange } from '../cli/client/exchange.ts';
import { ROOT } from '../scripts/run-step.ts';
import { eventsOf, startRun, stateOf, untilRest } from '../tests/support/deployment.ts';
import { type Fleet, importSpec, makeProject, startFleet } from '../tests/support/fleet.ts';
import { makeRepository, specOf, temporaryFolder } from '../tests/support/repository.ts';
import { startTcpProxy } from '../tests/support/tcp-proxy.ts';
import { type Figure, percentile } from './figure.ts';

const REAL = { LEASE_MS: '30000', CLOSED_LEASE_MS: '12000' };
const UNSCALED = { SPECWRIGHT_TIME_SCALE: '1' };
const HOUR_SCALE = 120;

/** Enqueued by a person → the agent has started, on an idle machine. */
export async function starting(): Promise<Figure[]> {
  const fleet = await startFleet('bench-start', REAL);
  const samples = async (times: number) => {
    const { project } = await place(fleet, '0');
    const found: number[] = [];
    for (let at = 0; at < times; at++) {
      const spec = await importSpec(fleet.client, project.id, specOf(`s${at}`, { [`s${at}`]: [] }));
      const from = Date.now();
      const runId = await startRun(fleet.client, spec.id);
      await untilRest(fleet.client, runId);
      found.push((await first(fleet, runId, 'agent_started')) - from);
    }
    return found;
  };
  try {
    await fleet.machine('rung', { env: UNSCALED });
    const rung = await samples(40);
    await fleet.clear();
    const wire = await startTcpProxy(fleet.client.url, '/runner-api/doorbell');
    await fleet.machine('unrung', { env: UNSCALED, server: wire.url });
    const polled = await samples(5);
    await fleet.clear();
    await wire.close();
    return [
      { name: 'enqueue → agent started, with the doorbell, p50', value: percentile(rung, 0.5), unit: 'ms', limit: 500 },
      { name: 'enqueue → agent started, with the doorbell, p99', value: percentile(rung, 0.99), unit: 'ms', limit: 2_000 },
      { name: 'enqueue → agent started, no doorbell, slowest of 5', value: Math.max(...polled), unit: 'ms', limit: 15_000 },
    ];
  } finally {
    await fleet.stop();
  }
}

/** A machine at work dies → its run is offered to others: its socket closes (kill -9), or it only falls silent (SIGSTOP). */
export async function offeredAgain(): Promise<Figure[]> {
  const fleet = await startFleet('bench-again', REAL);
  const after = async (signal: 'SIGKILL' | 'SIGSTOP') => {
    const machine = await fleet.machine(signal, { env: UNSCALED });
    const { project } = await place(fleet, '600');
    const spec = await importSpec(fleet.client, project.id, specOf(signal, { one: [] }));
    const runId = await startRun(fleet.client, spec.id);
    await until(async () => (await eventsOf(fleet.client, runId)).some((event) => event.kind === 'agent_started'));
    const from = Date.now();
    machine.signal(signal);
    await until(async () => (await stateOf(fleet.client, runId)).lease?.state === 'lapsed', 60_000);
    const ms = (await first(fleet, runId, 'lease_lapsed')) - from;
    await machine.kill();
    await fleet.client.post(`/api/runs/${runId}/stop`);
    return ms;
  };
  try {
    return [
      { name: 'a machine killed → its work offered again', value: await after('SIGKILL'), unit: 'ms', limit: 15_000 },
      { name: 'a machine silent → its work offered again', value: await after('SIGSTOP'), unit: 'ms', limit: 45_000 },
    ];
  } finally {
    await fleet.stop();
  }
}

/** 50 runs at once on one machine: the end of a chunk → the next chunk's first step, as the log has it. */
export async function crowd(): Promise<Figure[]> {
  const [runs, chunks] = [50, 4];
  const fleet = await startFleet('bench-crowd', REAL);
  try {
    await change(fleet, 'PUT', '/api/queue/limit', { maxActive: 100 });
    const { project } = await place(fleet, '2');
    await change(fleet, 'PATCH', `/api/projects/${project.id}`, { settings: { maxActive: 60 } });
    const ids: string[] = [];
    for (let run = 0; run < runs; run++) {
      const keys = Array.from({ length: chunks }, (_chunk, at) => [`r${run}-${at}`, []] as [string, string[]]);
      const spec = await importSpec(fleet.client, project.id, specOf(`r${run}`, Object.fromEntries(keys)));
      ids.push(await startRun(fleet.client, spec.id));
    }
    await fleet.machine('crowded', { slots: 50, env: UNSCALED });
    const states = await Promise.all(ids.map((runId) => untilRest(fleet.client, runId)));
    const lost = runs * chunks - states.reduce((sum, state) => sum + state.totals.passed, 0);
    const gaps = (await Promise.all(ids.map((runId) => eventsOf(fleet.client, runId)))).flatMap(handOvers);
    return [
      { name: '50 runs at once, hand-over, p50', value: percentile(gaps, 0.5), unit: 'ms' },
      { name: '50 runs at once, hand-over, p99', value: percentile(gaps, 0.99), unit: 'ms', limit: 250 },
      { name: '50 runs at once: chunks lost', value: lost, unit: '', limit: 0 },
    ];
  } finally {
    await fleet.stop();
  }
}

function handOvers(events: StoredEvent[]): number[] {
  return events.flatMap((event, at) => {
    if (event.kind !== 'chunk_completed') return [];
    const next = events.slice(at).find((later) => later.kind === 'step_started');
    return next ? [next.at - event.at] : [];
  });
}

/** 500 specs queued: one person moves one, another one's page has heard of it. */
export async function reordering(): Promise<Figure[]> {
  const fleet = await startFleet('bench-reorder', REAL);
  try {
    const { project } = await place(fleet, '0');
    for (let at = 0; at < 500; at++) {
      const spec = await importSpec(fleet.client, project.id, specOf(`q${at}`, { one: [] }));
      await fleet.client.post<StartedRun>(`/api/specs/${spec.id}/runs`);
    }
    const opened = performance.now();
    const { items } = await fleet.client.get<QueuePage>('/api/queue');
    const openedMs = performance.now() - opened;
    const reader = await listen(fleet);
    const samples: number[] = [];
    for (let at = 0; at < 20; at++) {
      const [moved, target] = [items[items.length - 1 - at], items[at]];
      const from = performance.now();
      const heard = reader.next((text) => text.includes('"did":"reorder"') && text.includes(`"runId":"${moved?.id}"`));
      await fleet.client.post('/api/queue/reorder', { id: moved?.id, before: target?.id });
      samples.push((await heard) - from);
    }
    reader.close();
    return [
      { name: `${items.length} specs queued: the queue is read`, value: openedMs, unit: 'ms', limit: 1_000 },
      { name: `${items.length} specs queued: a reorder is seen by another, p50`, value: percentile(samples, 0.5), unit: 'ms' },
      {
        name: `${items.length} specs queued: a reorder is seen by another, slowest of 20`,
        value: Math.max(...samples),
        unit: 'ms',
        limit: 200,
      },
    ];
  } finally {
    await fleet.stop();
  }
}

/** Calls that an idle machine makes in an hour, its durations shortened. */
export async function idleHour(): Promise<Figure[]> {
  const fleet = await startFleet('bench-idle', REAL);
  try {
    const wire = await startTcpProxy(fleet.client.url);
    await fleet.machine('idle', { server: wire.url, env: { SPECWRIGHT_TIME_SCALE: String(HOUR_SCALE) } });
    const before = wire.requests();
    await new Promise((done) => setTimeout(done, 3_600_000 / HOUR_SCALE));
    const value = wire.requests() - before;
    await fleet.clear();
    await wire.close();
    return [{ name: `requests of an idle machine in an hour (1/${HOUR_SCALE} of the time)`, value, unit: '', limit: 100 }];
  } finally {
    await fleet.stop();
  }
}

async function place(fleet: Fleet, seconds: string): Promise<{ project: Project }> {
  const folder = join(temporaryFolder('bench'), 'place');
  mkdirSync(folder);
  const tool = (id: string, script: string, args: string) =>
    `{ id: ${id}, type: command, path: ${JSON.stringify(join(ROOT, 'bench', script))}${args} }`;
  const executors = `[${tool('light', 'light-agent.sh', `, args: ["${seconds}"]`)}]`;
  const reviewers = `[${tool('judge', 'light-reviewer.sh', '')}]`;
  const config = `tools:\n  executors: ${executors}\n  reviewers: ${reviewers}\ndefaults: { executor: light, reviewer: judge }\nchecks: []\n`;
  return { project: await makeProject(fleet.client, makeRepository(folder, {}, { config }).path, 'Bench') };
}

async function first(fleet: Fleet, runId: string, kind: StoredEvent['kind']): Promise<number> {
  return (await eventsOf(fleet.client, runId)).find((event) => event.kind === kind)?.at ?? Number.NaN;
}

async function until(reached: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await reached())) {
    if (performance.now() > end) throw new Error('It was not reached in time.');
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function change({ client }: Fleet, method: string, path: string, body: unknown): Promise<void> {
  const headers = { authorization: `Bearer ${client.credential}`, 'content-type': 'application/json' };
  const { status, text } = await exchange(client.url + path, { method, headers, text: JSON.stringify(body) });
  if (status > 299) throw new Error(`${path} answered ${status}: ${text}`);
}

/** A second reader of the queue, as a page is one. */
async function listen({ client }: Fleet) {
  let waiting: { wanted(text: string): boolean; heard(at: number): void } | null = null;
  let text = '';
  const asked = request(`${client.url}/api/workers/events`, { headers: { authorization: `Bearer ${client.credential}` } });
  await new Promise<void>((done, failed) => {
    asked.on('error', failed).on('response', (answer) => {
      answer.on('data', (data) => {
        text += data;
        const end = text.lastIndexOf('\n\n');
        if (end < 0) return;
        const whole = text.slice(0, end);
        text = text.slice(end + 2);
        done();
        if (waiting?.wanted(whole)) waiting.heard(performance.now());
      });
    });
    asked.end();
  });
  return {
    next: (wanted: (text: string) => boolean) =>
      new Promise<number>((heard) => {
        waiting = { wanted, heard };
      }),
    close: () => asked.destroy(),
  };
}
