import type { RunNews } from '@specwright/protocol/run-news.ts';
import { afterJob, isAtOnce } from './breakers.ts';
import { changeOfLine } from './decide-queue.ts';
import type { CommandOf } from './dispatch-command.ts';
import type { DispatchEvent } from './dispatch-event.ts';
import { type DispatchState, type LiveRun, lineOf, PLAIN_RUN } from './dispatch-state.ts';
import { queueOf } from './order.ts';
import { countSlots } from './slots.ts';

export function decideRegister(state: DispatchState, command: CommandOf<'register'>): DispatchEvent[] {
  const { kind: _, line, now, ...run } = command;
  const set: DispatchEvent[] = line === null ? [] : changeOfLine(state, run.projectId, line);
  return state.runs[run.runId] ? set : [...set, { kind: 'run_registered', run: { ...PLAIN_RUN, ...run, addedAt: now } }];
}

export function decideLeft(state: DispatchState, { runId }: CommandOf<'left'>): DispatchEvent[] {
  return state.runs[runId] ? [{ kind: 'run_left', runId }] : [];
}

/** A run that works holds a slot, whatever was known: its word is the truth. */
export function decideNews(state: DispatchState, { news, now }: CommandOf<'news'>): DispatchEvent[] {
  const run = state.runs[news.runId];
  if (!run || (run.news !== null && run.news.seq >= news.seq)) return [];
  const pausedAt = news.status === 'paused' ? (run.pausedAt ?? now) : null;
  // The news of a claim and its acknowledgement come in either order.
  const runnerId = news.status === 'queued' && state.entries[run.runId] === undefined ? run.runnerId : (news.runner?.id ?? null);
  const told: DispatchEvent = { kind: 'run_told', news, pausedAt, runnerId };
  const slot: DispatchEvent[] = news.status === 'running' && !run.slot ? [{ kind: 'slot_given', runId: run.runId, at: now }] : [];
  const { quota } = news;
  const known = quota && state.quotas[quota.fingerprint];
  const isNew = quota !== null && quota.untilAt > now && (known == null || known.untilAt < quota.untilAt);
  const entry = state.entries[run.runId];
  const served = news.runner !== null && entry !== undefined && entry.need.askedAt < news.at;
  const taken: DispatchEvent[] = served ? [{ kind: 'entry_removed', runId: run.runId }] : [];
  return [told, ...slot, ...taken, ...machineEvents(state, run, news, now), ...(isNew ? [{ kind: 'quota_ended', quota } as const] : [])];
}

/** Each job's end is counted once, on the machine that had it. */
function machineEvents(state: DispatchState, run: LiveRun, { lastJob, runner }: RunNews, now: number): DispatchEvent[] {
  if (lastJob === null || lastJob.id === run.news?.lastJob?.id) return [];
  // The run may have gone on elsewhere since: what takes a machine out at once is laid to no other.
  const where = lastJob.runnerId ?? (isAtOnce(lastJob) ? '' : (runner?.id ?? run.runnerId ?? ''));
  const machine = state.runners[where];
  if (!machine) return [];
  const told = afterJob(machine, lastJob, now);
  return told === null ? [] : [{ kind: 'runner_told', runnerId: machine.runnerId, told }];
}

/** Given to a runner that never came: another run may have it. */
export function decideReturnSlot(state: DispatchState, { runId, now }: CommandOf<'return_slot'>): DispatchEvent[] {
  const [run, entry] = [state.runs[runId], state.entries[runId]];
  if (!run?.slot || !entry || entry.visibleAt > now) return [];
  return [{ kind: 'slot_returned', runId, front: false }];
}

/** A pause that lasted too long: the slot goes to another, and the run comes back before all others. */
export function decideGiveBack(state: DispatchState, { runId, now }: CommandOf<'give_back'>): DispatchEvent[] {
  const run = state.runs[runId];
  return run?.slot && slotEndsAt(state, run) <= now ? [{ kind: 'slot_returned', runId, front: true }] : [];
}

/** A quota comes back by itself. */
export function decideTick(state: DispatchState, { now }: CommandOf<'tick'>): DispatchEvent[] {
  const back = Object.values(state.quotas).filter((quota) => quota.untilAt <= now);
  return back.map(({ fingerprint }): DispatchEvent => ({ kind: 'quota_back', fingerprint }));
}

/** When a pause costs the run its slot; Infinity: never. */
export function slotEndsAt(state: DispatchState, run: { projectId: string; pausedAt: number | null }): number {
  const { pausedSlotMs } = lineOf(state, run.projectId);
  return run.pausedAt === null || pausedSlotMs === null ? Number.POSITIVE_INFINITY : run.pausedAt + pausedSlotMs;
}

/** A free slot goes first to who gave one back and is wanted again. */
export function giveToResumed(state: DispatchState, now: number): DispatchEvent[] {
  const wanted = Object.values(state.runs).filter((run) => run.resume !== null && !run.slot && run.removal === null);
  if (wanted.length === 0) return [];
  const slots = countSlots(state);
  const projects = [...new Set(wanted.map((run) => run.projectId))].filter((projectId) => {
    const { paused, archived, gone } = lineOf(state, projectId);
    return paused === null && !archived && !gone;
  });
  return projects.flatMap((projectId) => {
    const given: DispatchEvent[] = [];
    for (const run of queueOf(state, projectId)) {
      if (run.resume === null || !slots.hasRoom(projectId)) continue;
      slots.take(projectId);
      given.push({ kind: 'slot_given', runId: run.runId, at: now });
    }
    return given;
  });
}
