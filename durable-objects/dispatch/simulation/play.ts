import { isRefusal } from '@specwright/protocol/error-code.ts';
import { isAtRest } from '@specwright/protocol/run-state.ts';
import { MAX_ACTIVE, type SimSpec, settled, World } from './world.ts';

export interface History {
  /** Rules that were broken; empty: none. */
  found: string[];
  faults: number;
  completed: number;
  givenUp: number;
  trace: string[];
}

/** One history by a seed: a time of trouble, then calm, in which everything must come to its end. */
export async function playSeed(seed: number, setClock: (now: number) => void): Promise<History> {
  const world = new World(seed, setClock);
  const found: string[] = [];
  for (let step = 0; step < 400 && found.length === 0; step++) {
    await trouble(world);
    await settled();
    found.push(...brokenRules(world));
  }
  if (found.length === 0) await calm(world);
  if (found.length === 0) found.push(...brokenRules(world), ...brokenEnd(world));
  const completed = [...world.runs.values()].filter((run) => run.state?.status === 'completed').length;
  world.disk.close();
  return { found, faults: world.faults, completed, givenUp: world.specs.filter((spec) => spec.isGivenUp).length, trace: world.trace };
}

const DEEDS: readonly [number, (world: World) => Promise<void> | void][] = [
  [6, (world) => start(world)],
  [10, (world) => world.deliver()],
  [10, (world) => withRun(world, (run) => world.performEffect(run))],
  [8, (world) => withRun(world, (run) => world.tellNews(run))],
  [30, (world) => world.stepRunner(world.random.pick(world.runners))],
  [10, (world) => world.later(world.random.below(4_000))],
  [4, (world) => world.tickRuns()],
  [4, (world) => alarm(world)],
  [1, (world) => sweep(world)],
  [3, (world) => wish(world)],
  [1, (world) => dieOrReturn(world)],
  [0.15, (world) => revoke(world)],
  [0.1, (world) => deleteProject(world)],
  [0.4, (world) => (world.strikes(1) ? world.crash() : undefined)],
];
const WEIGHT = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

async function trouble(world: World): Promise<void> {
  let at = world.random.next() * WEIGHT;
  for (const [weight, deed] of DEEDS) {
    at -= weight;
    if (at < 0) return void (await deed(world));
  }
}

async function withRun(world: World, work: (run: World['runs'] extends Map<string, infer R> ? R : never) => Promise<void>): Promise<void> {
  const runs = [...world.runs.values()];
  if (runs.length > 0) await work(world.random.pick(runs));
}

async function start(world: World, spec = world.random.pick(world.specs)): Promise<void> {
  if (spec.runId !== null || spec.projectId === world.deleted) return;
  const input = world.startInput(spec);
  const answer = await world.ask(`start of ${spec.id}`, ({ starts }) => starts.start(input));
  if (answer && 'runId' in answer) accepted(world, spec, answer.runId);
}

function accepted(world: World, spec: SimSpec, runId: string): void {
  world.note(`${spec.id} is started as ${runId}`);
  spec.runId = runId;
}

async function alarm(world: World): Promise<void> {
  if (world.disk.alarmAt === null || world.disk.alarmAt > world.now) return;
  world.disk.alarmAt = null;
  await world.ask('alarm', ({ mending }) => mending.rang());
}

async function sweep(world: World): Promise<void> {
  await world.ask('sweep', ({ mending }) => mending.ensure());
}

/** A person pauses, resumes, stops, removes, or puts in order. */
async function wish(world: World): Promise<void> {
  const spec = world.random.pick(world.specs);
  const { runId } = spec;
  const run = runId === null ? undefined : world.runs.get(runId);
  if (runId === null || !run?.state) return;
  const kind = world.random.pick(['pause', 'resume', 'resume', 'stop', 'remove', 'reorder', 'prioritise'] as const);
  const other = world.random.pick(world.specs).runId ?? 'none';
  if (kind === 'pause') run.command({ kind, actor: null }, world.now);
  if (kind === 'resume') await world.ask(`resume of ${runId}`, ({ starts }) => starts.reopen(reopening(spec, runId)));
  if (kind === 'reorder')
    await world.ask(kind, ({ queueDesk }) => queueDesk.reorder({ runId, anchorId: other, place: 'before', by: null }, null));
  if (kind === 'prioritise') await world.ask(kind, ({ queueDesk }) => queueDesk.prioritise(runId, world.random.below(4), null));
  if (kind === 'stop' && world.random.chance(0.3)) giveUp(spec, () => run.command({ kind, actor: null }, world.now));
  if (kind === 'remove' && world.random.chance(0.5)) await remove(world, spec, runId);
}

/** Removed is what dispatch took out of the queue, whether its answer came or not; what has just begun goes on. */
async function remove(world: World, spec: SimSpec, runId: string): Promise<void> {
  world.faults += 1;
  const answer = await world.ask(`removal of ${runId}`, ({ queueDesk }) => ({ refusal: queueDesk.remove(runId, null) }));
  const taken = world.dispatch.ledger.state.runs[runId]?.removal != null || world.runs.get(runId)?.state?.status === 'cancelled';
  if ((answer && !isRefusal(answer.refusal)) || taken) spec.isGivenUp = true;
}

function giveUp(spec: SimSpec, how: () => void): void {
  spec.isGivenUp = true;
  how();
}

function reopening(spec: SimSpec, runId: string) {
  const run = { projectId: spec.projectId, specId: spec.id, specTitle: spec.id, addedBy: null, priority: 0, line: null };
  return { ...run, runId, command: { kind: 'resume' as const, actor: null, plan: null } };
}

function dieOrReturn(world: World): void {
  const runner = world.random.pick(world.runners);
  if (runner.isRevoked) return;
  if (runner.isAlive) {
    world.faults += 1;
    world.note(`${runner.id} dies`);
    runner.die(world.now);
  } else {
    runner.beginAgain();
    world.note(`${runner.id} is back`);
    world.announceNow(runner);
  }
}

async function revoke(world: World): Promise<void> {
  const runner = world.random.pick(world.runners);
  if (world.runners.filter((one) => !one.isRevoked).length < 3 || runner.isRevoked) return;
  world.faults += 1;
  world.note(`${runner.id} is revoked`);
  runner.isRevoked = true;
  runner.isAlive = false;
  runner.diedAt = world.now;
  world.dispatch.runnerDesk.revoke(runner.id);
  await world.ask('endings', ({ mending }) => mending.tellEndings());
}

/** As the Worker deletes a project: nothing new, then every run ends, then the rows. */
async function deleteProject(world: World): Promise<void> {
  if (world.deleted !== null) return;
  world.faults += 1;
  const projectId = world.random.pick(['p', 'q']);
  world.deleted = projectId;
  world.note(`${projectId} is deleted`);
  world.dispatch.queueDesk.closeProject(projectId);
  const ids = new Set(world.specs.filter((spec) => spec.projectId === projectId).map((spec) => spec.id));
  for (const spec of world.specs) if (ids.has(spec.id)) spec.isGivenUp = true;
  for (const run of world.runs.values()) if (run.state && ids.has(run.state.specId)) run.destroy(world.now);
}

/** Nothing goes wrong any more; people resume what they paused and start what was never accepted. */
async function calm(world: World): Promise<void> {
  world.evil = 0;
  for (const runner of world.runners.filter((one) => !one.isRevoked && !one.isAlive)) {
    runner.beginAgain();
    world.announceNow(runner);
  }
  for (let round = 0; round < 400 && !isQuiet(world); round++) {
    for (const spec of world.specs) await resumeOrStart(world, spec);
    world.later(1_000);
    world.tickRuns();
    for (const run of world.runs.values()) while (run.outbox.length > 0) await world.performEffect(run);
    while (world.messages.length > 0) await world.deliver();
    for (const run of world.runs.values()) await world.tellNews(run);
    for (const runner of world.runners) for (let n = 0; n < 8; n++) await world.stepRunner(runner);
    await alarm(world);
    if (round % 60 === 59) await sweep(world);
    await settled();
  }
}

async function resumeOrStart(world: World, spec: SimSpec): Promise<void> {
  if (spec.projectId === world.deleted) return;
  const status = spec.runId === null ? null : (world.runs.get(spec.runId)?.state?.status ?? null);
  if (spec.runId === null) await start(world, spec);
  if (status === 'paused' && spec.runId !== null) {
    const input = reopening(spec, spec.runId);
    await world.ask('resume', ({ starts }) => starts.reopen(input));
  }
}

function isQuiet(world: World): boolean {
  const { runs, entries, endings } = world.dispatch.ledger.state;
  const going = [...world.runs.values()].some((run) => run.isGoing || run.outbox.length > 0);
  const unstarted = world.specs.some((spec) => spec.runId === null && spec.projectId !== world.deleted);
  if (unstarted) return false;
  return !going && world.messages.length === 0 && [runs, entries, endings].every((table) => Object.keys(table).length === 0);
}

/** What must hold at every moment. */
function brokenRules(world: World): string[] {
  const found: string[] = [];
  const going = [...world.runs.values()].filter((run) => run.isGoing);
  for (const projectId of ['p', 'q']) {
    const slots = Object.values(world.dispatch.ledger.state.runs).filter((run) => run.slot && run.projectId === projectId);
    if (slots.length > MAX_ACTIVE) found.push(`${projectId}: ${slots.length} slots are taken: ${slots.map((run) => run.runId).join(', ')}`);
    const atWork = going.filter(
      ({ state }) => state?.projectId === projectId && state.lease?.state === 'held' && state.status === 'running',
    );
    if (atWork.length > MAX_ACTIVE)
      found.push(`${projectId}: ${atWork.length} runs are at work: ${atWork.map((run) => run.id).join(', ')}`);
  }
  const specs = going.flatMap(({ state }) => state?.specId ?? []);
  const twice = specs.filter((id, at) => specs.indexOf(id) !== at);
  return [...found, ...twice.map((id) => `${id} has two live runs`)];
}

/** What must hold when everything has come to its end. */
function brokenEnd(world: World): string[] {
  const { runs, entries, endings } = world.dispatch.ledger.state;
  const found = [...world.runs.values()].filter((run) => run.isGoing).map((run) => `${run.id} never ends: it is ${run.state?.status}`);
  for (const run of Object.values(runs)) found.push(`${run.runId} is still known: ${run.state}${run.slot ? ', with a slot' : ''}`);
  for (const id of [...Object.keys(entries), ...Object.keys(endings)]) found.push(`${id} is left over`);
  for (const spec of world.specs) {
    const state = spec.runId === null ? null : (world.runs.get(spec.runId)?.state ?? null);
    if (!spec.isGivenUp && state?.status !== 'completed') found.push(`${spec.id} is lost: ${spec.runId} is ${state?.status ?? 'gone'}`);
    if (state && !isAtRest(state)) found.push(`${spec.id} goes on`);
  }
  return found;
}
