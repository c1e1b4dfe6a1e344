import { gzipSync } from 'node:zlib';
import type { RunView } from '@specwright/protocol/api.ts';
import type { RunnerFact } from '@specwright/protocol/runner-fact.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../tests/support/browser.ts';
import { signInLink, startRun } from '../tests/support/deployment.ts';
import { barePage } from './bare-page.ts';
import { type BenchServer, benchServer, benchSpec } from './embedded-server.ts';
import { type Figure, median, percentile } from './figure.ts';
import { framesDuring, liveWhen, paintedWhen } from './page-probe.ts';
import { type PlayedLease, playedRunner } from './played-runner.ts';

const EVENTS = 10_000;
const A_SECOND = 200;
const WATCHED_SECONDS = 6;
const OPENINGS = 9;

/** The page of a run with 10,000 events in a real browser; beside it a bare page with a naive list of the same events. */
export async function runPage(): Promise<Figure[]> {
  const server = await benchServer();
  const browser = await launchBrowser();
  try {
    const runId = await startRun(server.client, (await benchSpec(server.client, 2)).id);
    const lease = await (await playedRunner(server.client)).claim(runId);
    await fill(server, runId, lease);
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    await page.goto(await signInLink(server.client));
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    const address = `${server.client.url}/runs/${runId}`;
    const javaScript = await weigh(context, address);
    const frames = await watch(page, address, lease);
    lease.close();
    const openings = await inTurn(OPENINGS, () => open(context, server, runId));
    const links = await inTurn(OPENINGS, () => follow(context, server, runId));
    const bare = await floor(browser);
    return [
      {
        name: '10,000 events: page opened → caught up, last event drawn, p50',
        value: median(openings.map((o) => o.drawn)),
        unit: 'ms',
        limit: 300,
      },
      { name: 'the same, slowest of 9', value: Math.max(...openings.map((o) => o.drawn)), unit: 'ms' },
      { name: 'of it: document received → last event drawn, p50', value: median(openings.map((o) => o.drawn - o.received)), unit: 'ms' },
      { name: 'page opened → live, its socket greeted, p50', value: median(openings.map((o) => o.live)), unit: 'ms' },
      { name: 'event log painted: data there → last event drawn, p50', value: median(links), unit: 'ms', limit: 100 },
      { name: 'the same, slowest of 9', value: Math.max(...links), unit: 'ms' },
      { name: `${A_SECOND} events a second: median frame`, value: median(frames), unit: 'ms', limit: 16.8 },
      { name: `${A_SECOND} events a second: p95 frame`, value: percentile(frames, 0.95), unit: 'ms' },
      { name: `${A_SECOND} events a second: frames above 34 ms`, value: shareAbove(frames, 34), unit: '%', limit: 5 },
      { name: 'JavaScript of the run page, gzipped', value: javaScript / 1024, unit: 'KB', limit: 150 },
      { name: 'floor: a bare page, naive list: data there → drawn, p50', value: bare.drawn, unit: 'ms' },
      { name: 'floor: the same list while it grows: p95 frame', value: percentile(bare.frames, 0.95), unit: 'ms' },
      { name: 'floor: the same list while it grows: frames above 34 ms', value: shareAbove(bare.frames, 34), unit: '%' },
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

function toolCalled(lease: PlayedLease, number: number): RunnerFact {
  const jobId = lease.job?.id ?? '';
  const [title, input] = [`src/file-${number % 97}.ts`, JSON.stringify({ path: `src/file-${number % 97}.ts`, lines: number })];
  return {
    kind: 'tool_called',
    atMs: number,
    jobId,
    callId: `call-${number}`,
    tool: 'edit',
    status: 'completed',
    title,
    input,
    output: 'ok',
  };
}

async function fill(server: BenchServer, runId: string, lease: PlayedLease): Promise<void> {
  for (let sent = 0; sent < EVENTS; sent += 500)
    lease.send(Array.from({ length: 500 }, (_value, index) => toolCalled(lease, sent + index)));
  while ((await seqOf(server, runId)) < EVENTS) await new Promise((done) => setTimeout(done, 50));
}

const seqOf = async (server: BenchServer, runId: string) => (await server.client.get<RunView>(`/api/runs/${runId}`)).state.seq;

/** Every script that the page asks for until it is quiet, each compressed as a server would. */
async function weigh(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.headers()['content-type']?.includes('javascript')) bodies.push(response.body());
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  await page.close();
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The durations of frames while events arrive, ten every 50 ms, and the log follows them. */
async function watch(page: Page, address: string, lease: PlayedLease): Promise<number[]> {
  await page.goto(address, { waitUntil: 'networkidle' });
  let number = EVENTS;
  const timer = setInterval(() => {
    lease.send(Array.from({ length: A_SECOND / 20 }, () => toolCalled(lease, number++)));
  }, 50);
  const frames = await framesDuring(page, WATCHED_SECONDS * 1000);
  clearInterval(timer);
  return frames;
}

async function open(
  context: BrowserContext,
  server: BenchServer,
  runId: string,
): Promise<{ received: number; drawn: number; live: number }> {
  const seq = await seqOf(server, runId);
  const page = await context.newPage();
  const live = await liveWhen(page);
  const drawn = await paintedWhen(page, `#event-${seq} span + span`);
  await page.goto(`${server.client.url}/runs/${runId}`);
  const answer = { drawn: await drawn(), live: await live(), received: await page.evaluate(receivedAt) };
  await page.close();
  return answer;
}

function receivedAt(): number {
  return (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseEnd;
}

/** From the dashboard by a link: the time from the last byte of the run's data to its last event being drawn. */
async function follow(context: BrowserContext, server: BenchServer, runId: string): Promise<number> {
  const seq = await seqOf(server, runId);
  const page = await context.newPage();
  const drawn = await paintedWhen(page, `#event-${seq} span + span`);
  await page.goto(`${server.client.url}/`, { waitUntil: 'networkidle' });
  await page.locator(`a[href="/runs/${runId}"]`).first().click();
  const paintedAt = await drawn();
  const dataAt = await page.evaluate((id) => {
    const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    return Math.max(
      ...entries.filter((entry) => entry.name.includes(`/runs/${id}`) && !entry.name.includes('/api/')).map((entry) => entry.responseEnd),
    );
  }, runId);
  await page.close();
  return paintedAt - dataAt;
}

async function floor(browser: Browser): Promise<{ drawn: number; frames: number[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  const drawn = await barePage(page, EVENTS);
  const frames = await framesDuring(page, WATCHED_SECONDS * 1000);
  await context.close();
  return { drawn, frames };
}

const shareAbove = (frames: number[], ms: number) => (100 * frames.filter((frame) => frame > ms).length) / frames.length;

async function inTurn<T>(times: number, act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await act());
  return results;
}
