import { ERRAND_WIRE } from '@specwright/protocol/wire-version.ts';
import type { DispatchState } from './dispatch-state.ts';
import { type Machine, machinesOf } from './match.ts';

/** For what an errand is asked: as with a run's need, whose and where. */
export interface ErrandNeed {
  projectId: string;
  repositoryKey: string;
  labels: string[];
  startedBy: string;
}

/**
 * Who is asked: any machine with an open bell that the project's runs could go to. Reading is no work, so that a busy, paused or draining
 * machine answers too; one that is none of it comes first, and the same question goes to the same machine. Else the sentence that says why not.
 * @param rung runners whose bell was heard of late.
 */
export function machineForErrand(
  state: DispatchState,
  need: ErrandNeed,
  moment: { now: number; rung: ReadonlySet<string> },
): { runnerId: string; name: string } | { message: string } {
  const machines = machinesOf(state, moment.now, moment.rung);
  if (machines.length === 0) return { message: 'No machine is connected yet. Add one on the page Machines.' };
  let left = machines;
  for (const { stands, message } of OBSTACLES) {
    const kept = left.filter((machine) => !stands(machine, need));
    if (kept.length === 0) return { message: message(left) };
    left = kept;
  }
  const [first] = left.toSorted((a, b) => reluctance(a) - reluctance(b) || (a.settings.runnerId < b.settings.runnerId ? -1 : 1));
  return first ? { runnerId: first.settings.runnerId, name: first.settings.name } : { message: 'No machine can look now. Try again.' };
}

interface ErrandObstacle {
  stands(machine: Machine, need: ErrandNeed): boolean;
  /** `nearest`: the machines that came so far. */
  message(nearest: Machine[]): string;
}

const OBSTACLES: ErrandObstacle[] = [
  {
    stands: ({ settings }, need) => !isSharedWith(settings, need),
    message: () => 'No machine is shared with this project or with you. Add one of your own, or let its owner share one (Machines).',
  },
  {
    stands: ({ life }, { repositoryKey }) => life.repositories !== null && !life.repositories.some(({ key }) => key === repositoryKey),
    message: () => 'No machine serves this repository. On a machine that has it: specwright runner link DIR',
  },
  {
    stands: ({ settings }, { labels }) => !labels.every((label) => settings.labels.includes(label)),
    message: () => 'No machine that serves this repository has the labels that the project asks for.',
  },
  {
    stands: ({ online }) => !online,
    message: (nearest) => `${namesOf(nearest)} not online. Start the runner there, then look again.`,
  },
  {
    stands: ({ life }) => life.wire < ERRAND_WIRE,
    message: (nearest) => `${namesOf(nearest)} of an older version. Update the runner there, then look again.`,
  },
];

function isSharedWith({ sharing, ownerId, projectIds }: Machine['settings'], need: ErrandNeed): boolean {
  if (sharing === 'organisation' || need.startedBy === ownerId) return true;
  return sharing === 'projects' && projectIds.includes(need.projectId);
}

function namesOf(machines: Machine[]): string {
  const names = machines.slice(0, 3).map(({ settings }) => settings.name);
  if (machines.length === 1) return `${names[0]} is`;
  return machines.length > 3 ? `${names.join(', ')} and others are` : `${names.join(', ')} are`;
}

function reluctance({ settings, life, held }: Machine): number {
  if (settings.paused || settings.draining || life.draining) return 2;
  return held >= life.slots ? 1 : 0;
}
