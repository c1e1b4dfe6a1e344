import type { AnnounceLife } from '@specwright/protocol/pull.ts';
import type { LinkedRepository, RunnerInfo, RunnerLoad, RunnerSharing } from '@specwright/protocol/runners-api.ts';

/** What people set of a runner; D1 keeps it as well. Without it a runner is given nothing. */
export interface RunnerSettings {
  runnerId: string;
  name: string;
  ownerId: string;
  labels: string[];
  sharing: RunnerSharing;
  /** With sharing `projects`. */
  projectIds: string[];
  paused: boolean;
  draining: boolean;
  note: string | null;
}

/** A kind of work that a runner was taken out for: see runnerFaultSchema. */
export interface RunnerFault {
  kind: string;
  message: string;
  since: number;
}

/** A runner as its latest life announced and reported it. */
export interface KnownRunner {
  runnerId: string;
  name: string;
  lifeId: string;
  /** Of the conversation that it speaks. */
  wire: number;
  version: string;
  slots: number;
  found: AnnounceLife['found'];
  /** Null: it serves every repository. */
  repositories: LinkedRepository[] | null;
  /** Types of agents; empty: not known, any may be tried. */
  agents: string[];
  accounts: { agent: string; fingerprint: string }[];
  load: RunnerLoad | null;
  faults: RunnerFault[];
  /** What its jobs told of it, until a person says "check again" or it begins another life. */
  breakers: RunnerFault[];
  faultsInRow: number;
  /** Its own wish, beside what people set. */
  draining: boolean;
  lastSeenAt: number;
  /** When its doorbell closed, until it is heard again. */
  goneAt: number | null;
}

/** What dispatch knows of a runner at this moment; D1 knows the rest. */
export type LiveRunner = Pick<
  RunnerInfo,
  'id' | 'status' | 'online' | 'lastSeenAt' | 'offlineSince' | 'version' | 'slots' | 'repositories' | 'load' | 'jobs' | 'found' | 'faults'
>;

/** @param bell when its open doorbell was last heard; null: none is open. It is online while it rings or polls. */
export function isOnline(runner: KnownRunner, bell: number | null, clock: { now: number; onlineMs: number }): boolean {
  return clock.now < onlineUntil(runner, bell, clock.onlineMs);
}

/** Until when it counts as online if nothing more is heard of it. */
export function onlineUntil(runner: KnownRunner, bell: number | null, onlineMs: number): number {
  const rings = bell === null ? 0 : Math.max(bell, runner.lastSeenAt);
  const polls = runner.lastSeenAt > (runner.goneAt ?? 0) ? runner.lastSeenAt : 0;
  return Math.max(rings, polls) + onlineMs;
}

/** A row as an earlier version may have kept it. */
export function liftRunner(row: Partial<KnownRunner>): KnownRunner {
  const told = {
    wire: 0,
    repositories: null,
    agents: [],
    accounts: [],
    load: null,
    faults: [],
    breakers: [],
    faultsInRow: 0,
    draining: false,
    goneAt: null,
  };
  return { ...told, ...row } as KnownRunner;
}
