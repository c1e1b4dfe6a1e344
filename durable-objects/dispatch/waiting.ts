import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { QueueWait } from '@specwright/protocol/workers-api.ts';
import { type DispatchState, type LiveRun, lineOf } from './dispatch-state.ts';
import { faultFor, type Machine, machinesOf, OBSTACLES, type Obstacle, obstacleOf, spentFor } from './match.ts';
import { inOrder } from './order.ts';
import { countSlots } from './slots.ts';

/** The kind of fault that a machine reports of its load. */
const HELD_BACK = 'machine';
/** What time mends without anybody's help. */
const PASSES: ReadonlySet<string> = new Set(['quota', 'busy']);

/**
 * Why each run waits at this moment, looked at in the order in which they are served: the first that a machine could have take the
 * free slots. Needs that are alike are looked at once.
 */
export function waits(state: DispatchState, now: number, online: ReadonlySet<string>): Map<string, QueueWait> {
  const machines = machinesOf(state, now, online);
  const slots = countSlots(state);
  const known = new Map<string, QueueWait | null>();
  const machineWait = (need: MachineNeed) => {
    const key = JSON.stringify([need.projectId, need.startedBy, need.needs]);
    const found = known.has(key) ? (known.get(key) ?? null) : waitForMachine(machines, need);
    known.set(key, found);
    return found;
  };
  const waitOf = (run: LiveRun): QueueWait => {
    const closed = closedLine(state, run);
    if (closed) return closed;
    const full = slots.full(run.projectId);
    const entry = state.entries[run.runId];
    if (!entry && run.resume !== null && full) return slotWait(full);
    const given = entry ? (entry.visibleAt > now ? entry.heldBy : null) : run.runnerId;
    if (given !== null) return say('offered', `It was offered to ${nameOf(state, given)}.`);
    if (!entry) return say('asking', 'It is asking for a machine.');
    const wait = machineWait(entry.need);
    // What a person can mend is told before what time mends.
    if (wait !== null && !PASSES.has(wait.code)) return wait;
    if (!run.slot && full) return slotWait(full);
    // One that waits for a busy machine leaves the slot free until then: the pages count the same.
    if (!run.slot && wait === null) slots.take(run.projectId);
    return wait ?? say('offered', 'It is offered to the runners.');
  };
  return new Map(inOrder(state).map((run) => [run.runId, waitOf(run)]));
}

function closedLine(state: DispatchState, run: LiveRun): QueueWait | null {
  const { paused, archived } = lineOf(state, run.projectId);
  if (run.removal !== null) return say('offered', 'It is being taken out of the queue.');
  if (archived) return say('archived', 'Its project is archived.');
  if (paused) return say('paused_project', paused.by ? `Its project is paused by ${paused.by.name}.` : 'Its project is paused.');
  return null;
}

/** The sentence is of the machines that came furthest: they lack the least. Null: one can have it now. */
function waitForMachine(machines: Machine[], need: MachineNeed): QueueWait | null {
  if (machines.length === 0) return say('no_runner', 'No runner is connected yet.');
  const met = machines.map((machine) => ({ machine, obstacle: obstacleOf(machine, need) }));
  if (met.some(({ obstacle }) => obstacle === null)) return null;
  const furthest = Math.max(...met.map(({ obstacle }) => OBSTACLES.indexOf(obstacle as Obstacle)));
  const code = OBSTACLES[furthest] as Obstacle;
  const nearest = met.filter(({ obstacle }) => obstacle === code).map(({ machine }) => machine);
  if (code === 'fault') return { ...say(code, SENTENCES.fault(nearest, need)), machines: nearest.flatMap((one) => mendable(one, need)) };
  if (code === 'quota') return quotaWait(Math.min(...nearest.map((one) => spentFor(one, need)?.untilAt ?? Number.POSITIVE_INFINITY)));
  return say(code, SENTENCES[code](nearest, need));
}

/** Pages show the time as their reader's clock has it, from `untilAt`. */
export function quotaWait(untilAt: number): QueueWait {
  const clock = new Date(untilAt).toISOString().slice(11, 16);
  return { code: 'quota', message: `Waiting for quota until ${clock} UTC.`, untilAt };
}

const SENTENCES: Record<Exclude<Obstacle, 'quota'>, (machines: Machine[], need: MachineNeed) => string> = {
  offline: () => 'No runner is online.',
  sharing: () => 'No online runner is shared with its project or with the person who started it.',
  repository: () => 'No online runner serves this repository.',
  executor: (_, { needs }) => `No online runner has the agent ${needs.executor}.`,
  labels: (_, { needs }) => `No online runner has the label${needs.labels.length > 1 ? 's' : ''} ${needs.labels.join(', ')}.`,
  paused: (machines) => ofOne(machines, 'is paused') ?? 'All machines that can do it are paused.',
  draining: (machines) => ofOne(machines, 'takes nothing new') ?? 'No machine that can do it takes anything new.',
  fault: (machines, need) => machines.map((machine) => faultSentence(machine, need)).join(' '),
  busy: (machines) => {
    const [only, other] = machines;
    return only && !other
      ? `Waiting for ${only.settings.name}, which works on ${only.held} of ${only.life.slots} runs.`
      : 'Waiting for a free runner: all that can do it are busy.';
  },
};

function ofOne([only, other]: Machine[], what: string): string | null {
  if (!only || other) return null;
  const { name, note } = only.settings;
  return `Its only machine, ${name}, ${what}${note ? `: ${note}` : '.'}`;
}

function faultSentence({ settings, life }: Machine, need: MachineNeed): string {
  const fault = faultFor(life, need);
  // It holds itself back, as it says, and mends that by itself.
  const says = fault?.kind === HELD_BACK ? `Waiting for ${settings.name}.` : `${settings.name} cannot do it:`;
  return `${says} ${fault?.message ?? ''}`.replace(/[.\s]*$/, '.');
}

/** A person can say of it that it is mended. */
function mendable({ settings, life }: Machine, need: MachineNeed): NonNullable<QueueWait['machines']> {
  if (faultFor(life, need)?.kind === HELD_BACK) return [];
  const { runnerId: id, name, ownerId } = settings;
  return [{ id, name, ownerId }];
}

function slotWait({ of, max }: { of: 'project' | 'organisation'; max: number }): QueueWait {
  const whose = of === 'project' ? 'project' : 'organisation';
  return say('slot', `Waiting for a slot: ${max === 1 ? `the ${whose}’s one is` : `all ${max} of the ${whose} are`} in use.`);
}

function nameOf(state: DispatchState, runnerId: string): string {
  return state.settings[runnerId]?.name ?? state.runners[runnerId]?.name ?? 'a runner';
}

function say(code: string, message: string): QueueWait {
  return { code, message, untilAt: null };
}
