import { isOfRunner, MACHINE_FAULTS } from '@specwright/protocol/evolve/lease-events.ts';
import type { RunNews } from '@specwright/protocol/run-news.ts';
import type { KnownRunner, RunnerFault } from './runner-state.ts';

type LastJob = NonNullable<RunNews['lastJob']>;

/** So many faults of a machine in a row, over all its runs, take it out. */
const IN_A_ROW = 3;
/** The branch or the lease moved on: no fault of the machine. */
const HARMLESS = ['BRANCH_MOVED', 'LEASE_UNSURE', 'PROVIDER_LIMIT', 'PROVIDER_DOWN'];

/**
 * What the end of a job tells of its machine. An agent that is not signed in or not there, and a full disk, take it out at once
 * for that kind of work; other faults when they come in a row. Null: nothing changes.
 */
export function afterJob(runner: KnownRunner, job: LastJob, now: number): Pick<KnownRunner, 'breakers' | 'faultsInRow'> | null {
  const atOnce = kindOf(job);
  if (atOnce !== null) return opened(runner, { kind: atOnce, message: job.message, since: now });
  const isFault = job.result === 'runner_fault' && !HARMLESS.includes(job.code ?? '');
  if (!isFault) return runner.faultsInRow === 0 || job.result === 'stopped' ? null : { breakers: runner.breakers, faultsInRow: 0 };
  const faultsInRow = runner.faultsInRow + 1;
  if (faultsInRow < IN_A_ROW) return { breakers: runner.breakers, faultsInRow };
  return opened(runner, { kind: 'environment', message: `${IN_A_ROW} faults in a row, the last: ${job.message}`, since: now });
}

/** What the word of a run says of the machine that gave it back. */
export function gaveBack(runner: KnownRunner, broke: Pick<LastJob, 'message' | 'agent'> & { code: string }, now: number) {
  const kind = kindOf(broke);
  return kind === null ? null : opened(runner, { kind, message: broke.message.slice(0, 300), since: now });
}

/** Whether this fault takes a machine out at once. */
export function isAtOnce({ code }: LastJob): boolean {
  return isOfRunner(code);
}

function kindOf({ code, agent }: { code: string | null; agent: string | null }): string | null {
  if (code === 'PROVIDER_AUTH' || code === 'AGENT_MISSING') return agent === null ? 'agents' : `agent:${agent}`;
  if (code === MACHINE_FAULTS) return 'environment';
  return code === 'DISK_FULL' ? 'disk' : null;
}

function opened({ breakers }: KnownRunner, fault: RunnerFault): Pick<KnownRunner, 'breakers' | 'faultsInRow'> {
  const others = breakers.filter(({ kind }) => kind !== fault.kind);
  const since = breakers.find(({ kind }) => kind === fault.kind)?.since ?? fault.since;
  return { breakers: [...others, { ...fault, since }], faultsInRow: 0 };
}
