import type { MachineNeed } from '@specwright/protocol/pull.ts';
import type { DispatchState, Quota } from './dispatch-state.ts';
import type { KnownRunner, RunnerFault, RunnerSettings } from './runner-state.ts';

/** What can stand between a need and a runner, in the order in which a person would look for it. */
export const OBSTACLES = [
  'offline',
  'sharing',
  'repository',
  'executor',
  'labels',
  'paused',
  'draining',
  'fault',
  'quota',
  'busy',
] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** A runner that is known in both ways: as people set it, and as it told of itself. */
export interface Machine {
  settings: RunnerSettings;
  life: KnownRunner;
  online: boolean;
  /** Runs that it works on, or was offered a moment ago. */
  held: number;
  /** Accounts that have nothing left now. */
  spent: Quota[];
}

/** The first thing that keeps this machine from this need; null: it can have it now. */
export function obstacleOf(machine: Machine, need: MachineNeed): Obstacle | null {
  return OBSTACLES.find((obstacle) => STANDS[obstacle](machine, need)) ?? null;
}

const STANDS: Record<Obstacle, (machine: Machine, need: MachineNeed) => boolean> = {
  offline: ({ online }) => !online,
  sharing: ({ settings }, need) => !isSharedWith(settings, need),
  repository: ({ life }, { needs }) =>
    life.repositories !== null && needs.repositoryKey !== null && !life.repositories.some(({ key }) => key === needs.repositoryKey),
  executor: ({ life }, { needs }) => needs.executor !== null && life.agents.length > 0 && !life.agents.includes(needs.executor),
  labels: ({ settings }, { needs }) => !needs.labels.every((label) => settings.labels.includes(label)),
  paused: ({ settings }) => settings.paused,
  draining: ({ settings, life }) => settings.draining || life.draining,
  fault: ({ life }, need) => faultFor(life, need) !== null,
  quota: (machine, need) => spentFor(machine, need) !== null,
  busy: ({ life, held }) => held >= life.slots,
};

/** The fault that takes this runner out for this need: of its agent, its repository, or of all its work. */
export function faultFor(life: KnownRunner, { needs }: MachineNeed): RunnerFault | null {
  const concerns = ({ kind }: RunnerFault) => {
    if (kind.startsWith('agent:')) return kind === `agent:${needs.executor}` || (needs.executor === null && life.agents.length === 1);
    return kind.startsWith('repository:') ? kind === `repository:${needs.repositoryKey}` : true;
  };
  return [...life.faults, ...life.breakers].find(concerns) ?? null;
}

/** The quota that the need's agent waits for here, the first to come back; null: an account of it is not spent. */
export function spentFor({ life, spent }: Machine, { needs }: MachineNeed): Quota | null {
  const accounts = life.accounts.filter(({ agent }) => needs.executor === null || agent === needs.executor);
  const own = needs.account !== null && accounts.every(({ fingerprint }) => fingerprint === needs.account) ? [needs.account] : null;
  const fingerprints = own ?? accounts.map(({ fingerprint }) => fingerprint);
  const over = fingerprints.flatMap((fingerprint) => spent.find((quota) => quota.fingerprint === fingerprint) ?? []);
  if (fingerprints.length === 0 || over.length < fingerprints.length) return null;
  return over.reduce((first, quota) => (quota.untilAt < first.untilAt ? quota : first));
}

function isSharedWith({ sharing, ownerId, projectIds }: RunnerSettings, need: MachineNeed): boolean {
  if (sharing === 'organisation' || need.startedBy === ownerId) return true;
  return sharing === 'projects' && projectIds.includes(need.projectId);
}

/** The machines that are known in both ways. */
export function machinesOf(state: DispatchState, now: number, online: ReadonlySet<string>): Machine[] {
  const held = heldRuns(state, now);
  const spent = spentNow(state, now);
  return Object.values(state.settings).flatMap((settings): Machine[] => {
    const { runnerId } = settings;
    const life = state.runners[runnerId];
    return life ? [{ settings, life, online: online.has(runnerId), held: held.get(runnerId)?.size ?? 0, spent }] : [];
  });
}

/** One machine, taken to be online because it asks, and to know itself how much room it has. */
export function askingMachine(state: DispatchState, runnerId: string, now: number): Machine | null {
  const [settings, life] = [state.settings[runnerId], state.runners[runnerId]];
  return settings && life ? { settings, life, online: true, held: 0, spent: spentNow(state, now) } : null;
}

/** The runs that each runner works on, or was offered a moment ago. */
export function heldRuns(state: DispatchState, now: number): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  const put = (runnerId: string, runId: string) => held.set(runnerId, (held.get(runnerId) ?? new Set()).add(runId));
  for (const entry of Object.values(state.entries)) if (entry.heldBy !== null && entry.visibleAt > now) put(entry.heldBy, entry.runId);
  for (const run of Object.values(state.runs)) if (run.runnerId !== null) put(run.runnerId, run.runId);
  return held;
}

function spentNow(state: DispatchState, now: number): Quota[] {
  return Object.values(state.quotas).filter((quota) => quota.untilAt > now);
}
