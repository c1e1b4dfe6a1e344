import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BARE_TOOL, type ToolConfiguration } from '../../configuration/tool-configuration.ts';
import { allowedEnvironment } from '../../process/allowed-environment.ts';
import { findContainment } from '../../process/bubblewrap.ts';
import { childrenOf, findProcesses } from '../../process/process-table.ts';
import { taskFor } from '../../testing/given-task.ts';
import { bash, executorPlays, type ScriptStep, startScriptedModel } from '../../testing/scripted-model.ts';
import type { Agent, AgentEvent, AgentPlace } from '../agent.ts';
import { containWrites } from '../contain-writes.ts';
import { deferred } from '../deferred.ts';
import { openAgent } from '../open-agent.ts';
import { findOpencode } from './binary.ts';
import { serverConfig } from './config.ts';
import { startServer } from './server.ts';

// The real opencode under the real bubblewrap, where that can be used.
const MEGABYTE = 1024 ** 2;

const containment = await findContainment();
let steps: ScriptStep[] = [];
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let root: string;
let place: AgentPlace;
let agent: Agent;

beforeAll(async () => {
  if (containment.kind === 'none') console.warn(`Left out: ${containment.detail}`);
  // Not below /tmp, where all may write.
  root = mkdtempSync('/var/tmp/specwright contained ä ');
  model = await startScriptedModel(executorPlays((_, step) => steps[step] ?? null));
  const [worktree, home] = ['worktree', 'home'].map((name) => path.join(root, name)) as [string, string];
  mkdirSync(worktree);
  mkdirSync(home);
  const mark = `test-contained-${process.pid}`;
  const env = allowedEnvironment({ ...process.env, npm_config_cache: path.join(root, 'cache') }, mark, { HOME: home });
  place = { runId: 'run_1', worktree, home, env, mark, signal: new AbortController().signal };
  const price = { input: 1, output: 2 };
  const tool: ToolConfiguration = {
    ...BARE_TOOL,
    id: 'scripted',
    type: 'opencode',
    model: 'scripted-1',
    baseUrl: model.url,
    key: 'KEY',
    price,
  };
  agent = await openAgent(tool, place, { KEY: model.token, PATH: process.env.PATH });
});

afterAll(async () => {
  await agent?.close();
  await model?.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(({ skip }) => skip(containment.kind === 'none', containment.detail));

const ours = () => findProcesses({ entry: `SPECWRIGHT_MARK=${place.mark}`, folder: null });

/** Runs a task whose shell sleeps, and calls `then` once it does. */
async function whileAsleep(then: (stop: AbortController) => void) {
  steps = [bash('(setsid sleep 355 &) ; sleep 356')];
  const stop = new AbortController();
  const asleep = deferred<void>();
  const onEvent = (event: AgentEvent) => {
    if (event.kind === 'tool' && event.status === 'running') asleep.resolve(undefined);
  };
  const running = agent.run(taskFor('contained', { signal: stop.signal, onEvent }));
  await asleep.promise;
  then(stop);
  return running;
}

test('its shell writes in the worktree, the home and /tmp, and nowhere else', async () => {
  steps = [bash('echo in > in.txt; echo out > ../out.txt; echo home > ~/home.txt; rm "$(mktemp)" && echo "cache <$npm_config_cache>"')];
  const task = taskFor('contained');
  expect(await agent.run(task)).toMatchObject({ status: 'ok', message: '' });
  expect(readFileSync(path.join(place.worktree, 'in.txt'), 'utf8')).toBe('in\n');
  expect(readFileSync(path.join(place.home, 'home.txt'), 'utf8')).toBe('home\n');
  expect(readdirSync(root).sort()).toEqual(['home', 'worktree']);
  const told = JSON.stringify(task.events);
  expect(told).toContain('Read-only file system');
  expect(told).toContain('cache <>');
});

test('Stop in the middle of a tool leaves no process', async () => {
  expect(await whileAsleep((stop) => stop.abort())).toMatchObject({ status: 'aborted' });
  expect(ours()).toEqual([]);
});

test('when bubblewrap alone is killed, the server behind it goes too, and the next task works', async () => {
  const ended = await whileAsleep(() => {
    const outer = ours().find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'bwrap');
    process.kill(outer ?? 0, 'SIGKILL');
  });
  expect(ended).toMatchObject({ status: 'failed', code: 'AGENT_CRASHED' });
  expect(ours()).toEqual([]);
  steps = [bash('echo after > after.txt')];
  expect(await agent.run(taskFor('contained'))).toMatchObject({ status: 'ok' });
  expect(existsSync(path.join(place.worktree, 'after.txt'))).toBe(true);
});

test('the memory that is watched is the server’s own, not that of bubblewrap before it', async () => {
  const binary = findOpencode(null, {});
  if (binary === null) throw new Error('no opencode for this platform');
  const contain = await containWrites(place, process.env);
  const server = await startServer({ binary: binary.path, contain }, place, serverConfig({ models: [], softSteps: 5 }));
  expect(server.residentBytes()).toBeGreaterThan(100 * MEGABYTE);
  expect(readFileSync(`/proc/${server.pid}/comm`, 'utf8').trim()).not.toBe('bwrap');
  expect(childrenOf(process.pid)).not.toContain(server.pid);
  await server.stop();
  expect(findProcesses({ entry: null, folder: null, groups: [server.pid] })).toEqual([]);
});
